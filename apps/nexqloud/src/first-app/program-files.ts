import { execFile } from 'node:child_process'
import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { BaseError } from '@nexqloud/kernel'

/** A file of an image, and where it comes from. */
export type ImageFile = {
  /** Without a leading slash. */
  readonly path: string
  readonly source: string
}

/** This machine has nothing that a container could run. */
class NoProgramError extends BaseError {
  constructor(cause: unknown) {
    super('The first app cannot be made of what this machine has.', {
      code: 'UP_NO_PROGRAM',
      kind: 'unavailable',
      hint: 'It is made of Linux programs, listed by ldd. Start one of a registry instead: nexqloud run IMAGE.',
      cause,
    })
  }
}

/**
 * Returns the files by which the first app runs: the Node that this command runs on, the libraries that it is linked with, and the app.
 *
 * @throws {@link NoProgramError}
 */
export async function listProgramFiles(): Promise<readonly ImageFile[]> {
  try {
    const node = await realpath(process.execPath)
    const { stdout } = await promisify(execFile)('ldd', [node])
    const libraries = [...stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].map(
      ([, file = '']) => file,
    )
    const app = join(import.meta.dirname, 'serve-page.ts')
    return [
      ...libraries.map((file) => ({ path: file.slice(1), source: file })),
      { path: 'bin/node', source: node },
      { path: 'app/serve-page.ts', source: app },
    ]
  } catch (cause) {
    throw new NoProgramError(cause)
  }
}
