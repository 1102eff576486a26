import { z } from 'zod'

import { annotations } from './names.ts'
import type { Node } from './object.ts'

/** Which instances failed on a device since a pod was last ready there. */
export type DeviceMemory = {
  /** `namespace/name`, each once, the newest last. */
  readonly instances: readonly string[]
  /** Until then it gets pods only where nothing else is left: milliseconds since 1970; 0 where it may have some. */
  readonly untilMs: number
}

const memory = z.object({ instances: z.array(z.string()), untilMs: z.number() })

const nothing: DeviceMemory = { instances: [], untilMs: 0 }

/** Returns what a node says of its device's failures; nothing where that is none of ours. */
export function readDeviceMemory({ metadata = {} }: Pick<Node, 'metadata'>): DeviceMemory {
  const text = metadata.annotations?.[annotations.failing]
  if (text === undefined) return nothing
  try {
    return memory.parse(JSON.parse(text))
  } catch {
    return nothing
  }
}
