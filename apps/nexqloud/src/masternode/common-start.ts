import type { DeviceId } from '@nexqloud/kernel'

/** The second in which devices that are measured together begin, and the one in which one of them was asked: chain seconds. */
export type Asked = { readonly start: number; readonly askedAt: number }

/** Who is asked for the first time later than that was kept waiting by its masternode: no part of a measurement is shorter. */
const LATE_SECONDS = 4

/** Who was there when it was ordered together with others, and not when they began. */
export class CommonStart {
  readonly #missed = new Map<DeviceId, number>()

  /** Takes note of a device that was asked, and was not measured then. */
  miss(device: DeviceId, { start, askedAt }: Asked): void {
    if (askedAt >= start && askedAt < start + LATE_SECONDS) this.#missed.set(device, start)
  }

  hasMissed(device: DeviceId, start: number): boolean {
    return this.#missed.get(device) === start
  }

  forget(device: DeviceId): void {
    this.#missed.delete(device)
  }
}
