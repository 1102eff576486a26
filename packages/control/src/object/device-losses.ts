import { z } from 'zod'

import { annotations } from './names.ts'
import type { Node } from './object.ts'

/** How often a device was lost, and came back, lately. */
export type DeviceLosses = {
  /** When it came back, within the last hour, the newest last: milliseconds since 1970. */
  readonly backMs: readonly number[]
  /** Until then it gets pods only where nothing else is left: milliseconds since 1970; 0 where it may have some. */
  readonly untilMs: number
}

/** Each loss moves all that is there. One may be a restart, and two a line that was repaired. */
const OFTEN = 3
const WITHIN_MS = 3_600_000
/** As many are remembered: more do not make it worse. */
const MOST_LOSSES = 8
/** How long a device that is lost so often rests; doubled with each further loss. */
const REST = { firstMs: 1_200_000, mostMs: 3_600_000 }

const losses = z.object({ backMs: z.array(z.number()), untilMs: z.number() })

const none: DeviceLosses = { backMs: [], untilMs: 0 }

/** Returns what a node says of its device's losses; none where that is none of ours. */
export function readDeviceLosses({ metadata = {} }: Pick<Node, 'metadata'>): DeviceLosses {
  const text = metadata.annotations?.[annotations.losses]
  if (text === undefined) return none
  try {
    return losses.parse(JSON.parse(text))
  } catch {
    return none
  }
}

/** Returns what is remembered of a device once it was lost and is back again. */
export function rememberLoss({ backMs: before }: DeviceLosses, nowMs: number): DeviceLosses {
  const recent = before.filter((ms) => nowMs - ms < WITHIN_MS)
  const backMs = [...recent, nowMs].slice(-MOST_LOSSES)
  const times = backMs.length - OFTEN
  const restMs = Math.min(REST.mostMs, REST.firstMs * 2 ** times)
  return { backMs, untilMs: times < 0 ? 0 : nowMs + restMs }
}
