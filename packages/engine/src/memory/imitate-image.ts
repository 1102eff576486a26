import { createHash } from 'node:crypto'

import { formatImageReference, type ImageReference } from '../image/reference.ts'
import type { MemoryImage } from './memory-image.ts'

/** Exit code of a command that cannot be run: POSIX, Shell Command Language, 2.8.2. */
const CANNOT_RUN = 126

/**
 * Returns what stands for an image where nothing of it is pulled or run: its container says so in its log, does nothing, and ends when it is
 * asked to. Commands in it fail, saying why.
 */
export function imitateImage(reference: ImageReference, architecture: string): MemoryImage {
  const name = formatImageReference(reference)
  return {
    name,
    digest: reference.digest ?? `sha256:${createHash('sha256').update(name).digest('hex')}`,
    architecture,
    sizeBytes: 0,
    programs: {},
    command: ['imitation'],
    others: {
      main: async ({ print, terminated }) => {
        print(`Imitated by the engine "memory": nothing of ${name} runs.\n`)
        await new Promise((resolve) => terminated.addEventListener('abort', resolve))
        return 0
      },
      exec: async ({ print, command }) => {
        const why = 'this container is imitated by the engine "memory".'
        print(`${command[0] ?? ''} cannot be run: ${why}\n`, 'stderr')
        return CANNOT_RUN
      },
    },
  }
}
