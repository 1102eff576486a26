import type { Clock } from '@nexqloud/kernel'
import { readServingMasternodes, type Ledger } from '@nexqloud/ledger'
import type { TlsKeyHash } from '@nexqloud/tunnel'
import type { Logger } from 'pino'

/** The TLS keys of the masternodes that serve now. */
export type PeerKeys = {
  /** Whether it is the key of one; strangers ask this, so the chain is not. */
  readonly has: (keyHash: TlsKeyHash) => boolean
  /** Asks the chain again and again, until the signal aborts. */
  readonly run: (signal: AbortSignal) => Promise<void>
}

/** Within a period of a local network several times. */
const EVERY_MS = 60_000

/** Returns the keys of those that the chain names; the last ones while it does not answer. */
export function createPeerKeys({
  ledger,
  clock,
  log,
}: {
  readonly ledger: Pick<Ledger<undefined>, 'masternodes'>
  readonly clock: Pick<Clock, 'delay'>
  readonly log: Logger
}): PeerKeys {
  let known: ReadonlySet<string> = new Set()
  return {
    has: (keyHash) => known.has(keyHash),
    run: async (signal) => {
      while (!signal.aborted) {
        try {
          const serving = await readServingMasternodes(ledger)
          known = new Set(serving.map(({ tlsKeyHash }) => tlsKeyHash))
        } catch (err) {
          log.warn({ err }, 'peerKeysNotRead')
        }
        await clock.delay(EVERY_MS, signal)
      }
    },
  }
}
