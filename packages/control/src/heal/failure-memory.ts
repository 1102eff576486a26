import type { InstanceFailure } from './instance.ts'

/** A time that doubles with each failure in a row: milliseconds. */
type BackOff = { readonly firstMs: number; readonly mostMs: number }

/** Between a pod and the next one, wherever that is: Kubernetes' back-off of containers. */
export const podBackOff: BackOff = { firstMs: 10_000, mostMs: 300_000 }

/** Until the same device gets it again: longer, so that another one is tried before. */
export const deviceBackOff: BackOff = { firstMs: 60_000, mostMs: 3_600_000 }

/** So long after its time was over, a failure counts no more: milliseconds. */
const FORGIVEN_MS = 600_000

/** Returns how long to wait after so many failures in a row. */
export function delayMs({ firstMs, mostMs }: BackOff, times: number): number {
  return Math.min(mostMs, firstMs * 2 ** (Math.max(1, times) - 1))
}

/** Returns what is remembered once a pod has failed on a device, too; what is long over is forgotten. */
export function rememberFailure(
  failures: readonly InstanceFailure[],
  { device, reason }: Pick<InstanceFailure, 'device' | 'reason'>,
  nowMs: number,
): readonly InstanceFailure[] {
  const recent = failures.filter(({ untilMs }) => untilMs + FORGIVEN_MS > nowMs)
  const before = recent.find((failure) => failure.device === device)
  const times = (before?.times ?? 0) + 1
  const failure = { device, reason, times, untilMs: nowMs + delayMs(deviceBackOff, times) }
  return [...recent.filter((each) => each !== before), failure]
}
