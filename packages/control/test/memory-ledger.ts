import { parseMasternodeId, type Clock, type InstanceKey } from '@nexqloud/kernel'
import type { LastLease } from '@nexqloud/rules'

import type { KnownLease, MeterLedger } from '../src/meter/meter-ledger.ts'

/** Kinds of the local network, as far as tests ask for them. */
const kinds = [
  { id: 2, name: 't3.micro', microUsdPerHour: 4000n },
  { id: 5, name: 't3.large', microUsdPerHour: 32_000n },
]

const opener = parseMasternodeId(1)

/** How far back an opening may begin: seconds. */
const DELAY_SECONDS = 60

/** Leases in memory, by the contract's rules on tokens and times. */
export type MemoryLedger = MeterLedger & {
  readonly leases: ReadonlyMap<InstanceKey, KnownLease>
  /** What was done, e.g. `open 1 on 2 from 30`, `close 1`: tokens, devices, seconds. */
  readonly done: string[]
  isActive: boolean
  /** It lets nobody close anything. */
  closesNothing: boolean
  /** How often something was to be closed. */
  tried: number
  /** The chain does not answer. */
  isAway: boolean
  /** What is sent gets into a block, and whoever sent it does not hear of it. */
  losesAnswers: boolean
  /** Why every opening is refused. */
  refuses: string | undefined
}

/** Returns leases of a chain, on which there may be others already. */
export function createMemoryLedger(
  clock: Pick<Clock, 'wallMs'>,
  others: readonly (readonly [InstanceKey, KnownLease])[] = [],
): MemoryLedger {
  const leases = new Map(others)
  const nowSeconds = (): number => Math.floor(clock.wallMs() / 1000)
  const answer = async (): Promise<void> => {
    await new Promise(setImmediate)
    if (ledger.isAway) throw new Error('The chain does not answer.')
  }
  const finish = (): void => {
    if (ledger.losesAnswers) throw new Error('The answer is lost.')
  }
  const ledger: MemoryLedger = {
    leases,
    done: [],
    isActive: true,
    closesNothing: false,
    tried: 0,
    isAway: false,
    losesAnswers: false,
    refuses: undefined,
    read: async () => {
      await answer()
      const earliestStart = nowSeconds() - DELAY_SECONDS
      const masternode = ledger.isActive ? opener : undefined
      return { masternode, leases: new Map(leases), kinds, earliestStart }
    },
    close: async (refs) => {
      await answer()
      ledger.tried += 1
      for (const { instance, token } of ledger.closesNothing ? [] : refs) {
        const last = leases.get(instance)
        if (last?.token !== token || last.end !== undefined) continue
        leases.set(instance, { ...last, end: nowSeconds() })
        ledger.done.push(`close ${token}`)
      }
      finish()
    },
    open: async (openings) => {
      await answer()
      const refused = openings.flatMap((opening) => {
        const { instance, token, device, startedAt } = opening
        const reason = ledger.refuses ?? refusalOf(leases.get(instance), opening, nowSeconds())
        if (reason !== undefined) return [{ opening, reason }]
        leases.set(instance, { token, device, startedAt, end: undefined, opener })
        ledger.done.push(`open ${token} on ${device} from ${startedAt}`)
        return []
      })
      finish()
      return refused
    },
  }
  return ledger
}

function refusalOf(
  last: LastLease | undefined,
  { token, startedAt }: { readonly token: bigint; readonly startedAt: number },
  now: number,
): string | undefined {
  if (token <= (last?.token ?? 0n)) return 'TokenNotNext'
  if (last !== undefined && last.end === undefined) return 'LeaseStillOpen'
  if (startedAt > now) return 'StartInFuture'
  return startedAt < Math.max(now - DELAY_SECONDS, last?.end ?? 0) ? 'StartTooEarly' : undefined
}
