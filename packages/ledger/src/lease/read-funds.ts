import { parseMasternodeId, type Address, type Clock } from '@nexqloud/kernel'
import { fundsAt, periodOf, type Calendar, type Funds } from '@nexqloud/rules'

import type { Ledger } from '../ledger.ts'
import { explained } from '../registry/device.ts'
import type { LeaseFollower, LeaseHead } from './lease-follower.ts'

/** Who asks, and by which clock. */
export type FundsReader = {
  readonly ledger: Pick<Ledger<undefined>, 'leases' | 'prices'>
  readonly follower: LeaseFollower
  readonly readCalendar: () => Promise<Calendar>
  readonly clock: Pick<Clock, 'wallMs' | 'steadyMs'>
}

/** Returns what each of some accounts has now. */
type ReadFunds = (accounts: readonly Address[]) => Promise<ReadonlyMap<Address, Funds>>

/** What holds for all accounts for as long as a period lasts, and nobody decides otherwise. */
type Standing = {
  readonly period: number
  readonly id: number
  readonly weiPerMicroUsd: bigint
  readonly bufferSeconds: number
}

/** Of those that were not asked for in a while, so many are at once. */
const AGAIN_AT_ONCE = 10

/**
 * Returns what reads accounts. Where the masternode is not active, no account is to blame for what it does not open. The contract is asked, at one block, for whom it has
 * to be: what an account has after openings and closings follows by rule, and with no newer block only time has passed.
 */
export function createFundsReader(reader: FundsReader): ReadFunds {
  const { ledger, follower, clock } = reader
  const { funds: known } = follower
  const readStanding = createStandingReader(reader)
  return async (accounts) => {
    const askedMs = clock.steadyMs()
    const head = await follower.catchUp()
    const terms = await readStanding(head)
    // A chain without work has no new block, and its views take no time that has passed.
    const at = Math.max(Math.floor(clock.wallMs() / 1000), head.timestamp) + 1
    const unknown = accounts.filter((account) => known.get(account, at) === undefined)
    const asked = [...unknown, ...known.longAgo(accounts, askedMs, AGAIN_AT_ONCE)]
    const answered = await askFunds(ledger.leases, { head, at, terms }, asked)
    known.keep({ funds: answered, block: head.number, askedMs })
    return new Map(
      accounts.flatMap((account) => {
        const found = answered.get(account) ?? known.get(account, at)
        return found === undefined ? [] : [[account, fundsAt(found, at)] as const]
      }),
    )
  }
}

/** Where price, buffer or masternode are others, or nobody looked for a whole period, what was known of accounts does not count any more. */
function createStandingReader({ ledger, follower, readCalendar }: FundsReader) {
  const { leases, prices } = ledger
  const { funds: known } = follower
  let standing: Standing | undefined
  return async (head: LeaseHead): Promise<Standing> => {
    const period = periodOf(await readCalendar(), head.timestamp)
    const before = known.isStanding ? standing : undefined
    if (before?.period === period && before.id === head.id) return before
    const at = { blockNumber: head.number }
    const [weiPerMicroUsd, { bufferSeconds }] = await Promise.all([
      explained(prices.read.currentPrice(at)),
      explained(leases.read.terms(at)),
    ])
    const now = { period, id: head.id, weiPerMicroUsd, bufferSeconds }
    if (before === undefined || !isContinued(before, now)) {
      // What was written after that block may say otherwise: then it is asked once more.
      known.forgetAll(follower.head === head ? head.timestamp : Infinity)
    }
    standing = now
    return now
  }
}

type Question = { readonly head: LeaseHead; readonly at: number; readonly terms: Standing }

async function askFunds(
  leases: Ledger<undefined>['leases'],
  { head, at, terms }: Question,
  accounts: readonly Address[],
): Promise<ReadonlyMap<Address, Funds>> {
  const block = { blockNumber: head.number }
  const { weiPerMicroUsd, bufferSeconds } = terms
  const read = async (account: Address): Promise<Funds> => {
    const [spendable, { rateSum, maxRate }, isApproved] = await Promise.all([
      explained(leases.read.spendableAt([account, BigInt(at)], block)),
      explained(leases.read.account([account], block)),
      head.id === 0 ||
        explained(leases.read.isApproved([account, parseMasternodeId(head.id)], block)),
    ])
    return { at, spendable, rateSum, maxRate, isApproved, weiPerMicroUsd, bufferSeconds }
  }
  return new Map(
    await Promise.all(accounts.map(async (account) => [account, await read(account)] as const)),
  )
}

function isContinued(before: Standing, now: Standing): boolean {
  return (
    now.period - before.period <= 1 &&
    now.id === before.id &&
    now.weiPerMicroUsd === before.weiPerMicroUsd &&
    now.bufferSeconds === before.bufferSeconds
  )
}
