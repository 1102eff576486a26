/** For so long a container may run without being ready before it is paid for: seconds. */
const PATIENCE_SECONDS = 60

/** So many seconds that nobody paid for an account has within a window before its containers are paid for from their begin. */
const [FREE_SECONDS, WINDOW_SECONDS] = [600, 3600]

/** What an account's pods ran for nothing lately. */
export type FreeSeconds = {
  /** When the window began: chain second. */
  readonly since: number
  readonly seconds: number
}

/** How long a pod ran: seconds. */
export type RunSeconds = {
  /** Before it was paid for. */
  readonly unpaid: number
  readonly paid: number
}

/** Returns what an account ran for nothing once one more of its pods has ended. What was paid for longer than it was not is what the patience is for. */
export function addFreeSeconds(
  before: FreeSeconds | undefined,
  { unpaid, paid }: RunSeconds,
  now: number,
): FreeSeconds {
  const { since, seconds } = withinWindow(before, now) ?? { since: now, seconds: 0 }
  return { since, seconds: seconds + Math.max(0, unpaid - paid) }
}

/** Returns how long a container of an account may run without being ready before it is paid for: seconds. */
export function patienceOf(free: FreeSeconds | undefined, now: number): number {
  return (withinWindow(free, now)?.seconds ?? 0) < FREE_SECONDS ? PATIENCE_SECONDS : 0
}

function withinWindow(free: FreeSeconds | undefined, now: number): FreeSeconds | undefined {
  return free !== undefined && now - free.since < WINDOW_SECONDS ? free : undefined
}
