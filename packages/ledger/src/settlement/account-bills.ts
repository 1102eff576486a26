import { inParts, parsePeriod, type Period } from '@nexqloud/kernel'
import { parseEventLogs, type Hex } from 'viem'

import { leases } from '../generated/index.ts'
import type { Ledger } from '../ledger.ts'
import { findLastBlock, type BlockReader } from '../registry/last-block.ts'
import { readAllPages } from '../registry/log-pages.ts'
import { instancesOf, type AccountOpening, type AccountOpenings } from './account-openings.ts'

/** What is asked of a ledger here. */
export type AccountBillsReader = BlockReader & {
  readonly leases: Pick<Ledger<undefined>['leases'], 'getEvents'>
}

/** What a lease was charged for a period, in wei. */
export type AccountBill = Omit<AccountOpening, 'startedAt' | 'waited'> & {
  readonly period: Period
  readonly seconds: number
  readonly paid: bigint
  /** What the account had not: it is never collected. */
  readonly shortfall: bigint
}

/** Bills of which periods: from the first up to, not with, the last; it began at that chain second. */
export type WantedBills = {
  readonly from: Period
  readonly to: Period
  readonly fromTime: number
}

const { abi } = leases
/** Instances in one question. */
const INSTANCES_AT_ONCE = 100

/** Returns what an account was charged for some periods, up to the block of its openings, in the order of the chain. */
export async function readAccountBills(
  reader: AccountBillsReader,
  opened: AccountOpenings,
  { from, to, fromTime }: WantedBills,
): Promise<readonly AccountBill[]> {
  const openings = new Map(
    opened.openings.map(({ instance, token, device, kind, rate }) => {
      const lease = { instance, token, device, kind, rate }
      return [nameOf(lease), lease] as const
    }),
  )
  // A period is billed after its end.
  const { number: fromBlock } = await findLastBlock(reader, BigInt(fromTime))
  const { toBlock } = opened
  const bills: AccountBill[] = []
  for (const instance of inParts(instancesOf(opened), INSTANCES_AT_ONCE)) {
    const found = await readBilled(reader, { instance, fromBlock, toBlock })
    for (const { lease, period, ...charge } of found) {
      const opening = openings.get(lease)
      if (opening === undefined || period < from || period >= to) continue
      bills.push({ ...opening, ...charge, period: parsePeriod(period) })
    }
  }
  return bills
}

type Range = {
  readonly instance: Hex[]
  readonly fromBlock: bigint
  readonly toBlock: bigint
}

async function readBilled({ leases: contract }: AccountBillsReader, { instance, ...range }: Range) {
  const { LeaseBilled, LeaseUnderpaid } = contract.getEvents
  const billed = await readAllPages((page) => LeaseBilled({ instance }, page), range)
  const short = await readAllPages((page) => LeaseUnderpaid({ instance }, page), range)
  const underpaid = parseEventLogs({ abi, eventName: 'LeaseUnderpaid', logs: short })
  const shortfallOf = new Map(
    underpaid.map(({ args }) => [`${nameOf(args)}/${args.period}`, args.shortfall]),
  )
  return parseEventLogs({ abi, eventName: 'LeaseBilled', logs: billed }).map(({ args }) => ({
    lease: nameOf(args),
    period: Number(args.period),
    seconds: Number(args.billedSeconds),
    paid: args.paid,
    shortfall: shortfallOf.get(`${nameOf(args)}/${args.period}`) ?? 0n,
  }))
}

const nameOf = ({ instance, token }: { readonly instance: Hex; readonly token: bigint }): string =>
  `${instance.toLowerCase()}/${token}`
