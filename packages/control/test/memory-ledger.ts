import type { Address, Clock, InstanceKey } from '@nexqloud/kernel'
import type { Funds } from '@nexqloud/rules'

import type { KnownLease, MeterLedger, MeterView } from '../src/meter/meter-ledger.ts'
import { DELAY_SECONDS, kinds, MemoryLeases, opener, type MemoryAccount } from './memory-leases.ts'

/** Leases in memory, by the contract's rules on tokens, times and money. */
export type MemoryLedger = MeterLedger & {
  readonly leases: ReadonlyMap<InstanceKey, KnownLease>
  /** What was done, e.g. `open 1 on 2 from 30`, `close 1`: tokens, devices, seconds. */
  readonly done: string[]
  /** How long each that was opened was said to have waited, of the seconds since the instance's last lease. */
  readonly waits: (readonly [waited: number, gap: number])[]
  readonly account: (account: Address) => MemoryAccount
  readonly put: MemoryLeases['put']
  readonly fundsOf: (account: Address) => Funds
  isActive: boolean
  /** How often it was read which leases there are. */
  looks: number
  /** How often something was to be closed. */
  tried: number
  /** How many leases were to be opened. */
  asked: number
  /** The chain does not answer. */
  isAway: boolean
  /** What is sent gets into a block, and whoever sent it does not hear of it. */
  losesAnswers: boolean
  /** Why every opening is refused. */
  refuses: string | undefined
}

const untouched = {
  isActive: true,
  looks: 0,
  tried: 0,
  asked: 0,
  isAway: false,
  losesAnswers: false,
  refuses: undefined,
}

/** Returns leases of a chain, on which there may be others already. */
export function createMemoryLedger(
  clock: Pick<Clock, 'wallMs'>,
  others: readonly (readonly [InstanceKey, KnownLease])[] = [],
): MemoryLedger {
  const leases = new MemoryLeases(clock, others)
  const answer = async (): Promise<void> => {
    await new Promise(setImmediate)
    if (ledger.isAway) throw new Error('The chain does not answer.')
  }
  const finish = (): void => {
    if (ledger.losesAnswers) throw new Error('The answer is lost.')
  }
  const ledger: MemoryLedger = {
    leases: leases.all,
    done: [],
    waits: [],
    account: (account) => leases.account(account),
    put: (instance, lease) => leases.put(instance, lease),
    fundsOf: (account) => leases.fundsOf(account),
    ...untouched,
    read: async () => {
      await answer()
      ledger.looks += 1
      return { masternode: ledger.isActive ? opener : undefined, ...viewOf(leases) }
    },
    readFunds: async (accounts) => {
      await answer()
      return new Map(accounts.map((account) => [account, leases.fundsOf(account)]))
    },
    close: async (refs) => {
      await answer()
      ledger.tried += 1
      const refused = refs.flatMap((lease) => {
        const reason = leases.close(lease)
        if (reason !== undefined) return [{ lease, reason }]
        ledger.done.push(`close ${lease.token}`)
        return []
      })
      finish()
      return refused
    },
    open: async (openings) => {
      await answer()
      ledger.asked += openings.length
      const refused = openings.flatMap((opening) => {
        const { instance, token, device, startedAt, waited } = opening
        const end = leases.all.get(instance)?.end
        const reason = ledger.refuses ?? leases.open(opening)
        if (reason !== undefined) return [{ opening, reason }]
        ledger.waits.push([waited, startedAt - (end ?? startedAt)])
        ledger.done.push(`open ${token} on ${device} from ${startedAt}`)
        return []
      })
      finish()
      return refused
    },
  }
  return ledger
}

function viewOf(leases: MemoryLeases): Omit<MeterView, 'masternode'> {
  return {
    leases: new Map(leases.all),
    changes: [...leases.changes],
    kinds,
    earliestStart: leases.now() - DELAY_SECONDS,
    blockTime: leases.now(),
  }
}
