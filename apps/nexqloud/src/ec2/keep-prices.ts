import { namedTypes } from '@nexqloud/ec2'
import type { Clock } from '@nexqloud/kernel'
import { readListedKinds, type Ledger } from '@nexqloud/ledger'
import { chooseKind, type ListedKind } from '@nexqloud/rules'

const EVERY_MS = 60_000
const BYTES_PER_MI = 2 ** 20

/** What the chain says of prices, as it was a minute ago at most. */
export class KeptPrices {
  #listed: readonly ListedKind[] = []

  /** Returns what an instance type costs an hour: US dollars, with six decimals; nothing where nobody sells it, or the chain has not said it yet. */
  readonly priceOf = (type: string): string | undefined => {
    const named = namedTypes.get(type)
    if (named === undefined) return undefined
    const { baselineMilli: cpuMilli, cpuMilli: limitMilli, memoryMi } = named
    const shape = { cpuMilli, limitMilli, memoryBytes: memoryMi * BYTES_PER_MI }
    const kind = chooseKind(shape, this.#listed)
    return kind === undefined ? undefined : formatMicroUsd(kind.microUsdPerHour)
  }

  /** Follows the chain until the signal aborts. */
  async run(
    parts: {
      readonly ledger: Pick<Ledger<undefined>, 'prices'>
      readonly clock: Clock
      readonly onFailure: (failure: unknown) => void
    },
    signal: AbortSignal,
  ): Promise<void> {
    const { ledger, clock, onFailure } = parts
    while (!signal.aborted) {
      try {
        this.#listed = await readListedKinds(ledger)
      } catch (failure) {
        onFailure(failure)
      }
      await clock.delay(EVERY_MS, signal)
    }
  }
}

function formatMicroUsd(micro: bigint): string {
  const digits = micro.toString().padStart(7, '0')
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`
}
