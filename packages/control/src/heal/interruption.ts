import { annotations, DRAINING } from '../object/names.ts'
import type { Node, Pod } from '../object/object.ts'

/** A tenant may not keep a device from its owner for longer, whatever it asks for: milliseconds. */
const MOST_NOTICE_MS = 150_000

/** When a pod is to be moved since its device's owner wants the device to be empty: milliseconds since 1970. */
export type Interruption = {
  readonly sinceMs: number
  readonly atMs: number
}

/**
 * Returns when a pod leaves its device; nothing while the device is not to be empty. At once, but for pods that ask to be told some time ahead: since when that runs stands at the node, where no tenant writes.
 */
export function interruptionOf(
  { metadata = {} }: Pick<Pod, 'metadata'>,
  { spec = {} }: Pick<Node, 'spec'>,
): Interruption | undefined {
  const taint = spec.taints?.find(({ key }) => key === DRAINING)
  if (taint === undefined) return undefined
  const sinceMs = Date.parse(taint.timeAdded ?? '')
  // Nobody knows how long it has been waiting.
  if (Number.isNaN(sinceMs)) return { sinceMs: 0, atMs: 0 }
  const noticeMs = Number(metadata.annotations?.[annotations.noticeSeconds] ?? 0) * 1000
  const grantedMs = noticeMs > 0 ? Math.min(noticeMs, MOST_NOTICE_MS) : 0
  return { sinceMs, atMs: sinceMs + grantedMs }
}
