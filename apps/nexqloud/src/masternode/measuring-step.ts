import type { MasternodeId } from '@nexqloud/kernel'
import type { DeviceRecord } from '@nexqloud/ledger'

/** What a masternode does next about the measurement of a device. */
export type MeasuringStep =
  /** It is over, or there is none. */
  | 'forget'
  /** Asks the contract who measures; whether that is due, the contract knows best. */
  | 'draw'
  /** It is ours to do. */
  | 'measure'
  /** Another masternode has its time. */
  | 'wait'

/** Returns what follows from what the chain says of a device, at a chain second. */
export function nextMeasuringStep(
  device: DeviceRecord | undefined,
  { masternode, nowSeconds }: { readonly masternode: MasternodeId; readonly nowSeconds: number },
): MeasuringStep {
  if (device === undefined || device.status === 'retired') return 'forget'
  const { measurer, status } = device
  if (measurer === undefined) return 'draw'
  // One that works is ordered again by lot: what is ordered as soon as its key may be is ordered in a second that its owner knows.
  if (measurer.until < nowSeconds) return status === 'active' ? 'forget' : 'draw'
  return measurer.masternode === masternode ? 'measure' : 'wait'
}

/** So long before its time is over a measurer gives up on a device that does not answer. */
const LAST_SECONDS = 10

/**
 * Whether it is to be recorded that nothing answered: hiding from measurers costs the score. A device that was never measured
 * has none to lose, and its TLS key would be claimed unproven: its time passes, and another masternode is drawn.
 */
export function isGivenUp({ status, measurer }: DeviceRecord, nowSeconds: number): boolean {
  if (status === 'registered' || measurer === undefined) return false
  return nowSeconds >= measurer.until - LAST_SECONDS
}

/** After the first forged measurement; each further one doubles it. */
const FIRST_WAIT_SECONDS = 4
/** Doubled so often, it is longer than any measurer has time. */
const MOST_DOUBLINGS = 12

/**
 * Returns the chain second before which a device is not asked again that has forged so many measurements in a row: looking at one costs
 * us as much as making it up. It is asked once more when its time is nearly over, and that decides.
 */
export function nextAttempt(
  { measurer }: Pick<DeviceRecord, 'measurer'>,
  { forged, nowSeconds }: { readonly forged: number; readonly nowSeconds: number },
): number {
  const atSeconds =
    nowSeconds + FIRST_WAIT_SECONDS * 2 ** Math.min(MOST_DOUBLINGS, Math.max(0, forged - 1))
  const lastSeconds = (measurer?.until ?? 0) - LAST_SECONDS
  return lastSeconds > nowSeconds ? Math.min(atSeconds, lastSeconds) : atSeconds
}
