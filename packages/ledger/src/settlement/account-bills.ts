import {
  accountOf,
  inParts,
  parseDeviceId,
  parseInstanceKey,
  parsePeriod,
  type Address,
  type DeviceId,
  type InstanceKey,
  type Period,
} from '@nexqloud/kernel'
import { parseEventLogs, type Hex } from 'viem'

import { leases } from '../generated/index.ts'
import type { Ledger } from '../ledger.ts'
import { explained } from '../registry/device.ts'
import { findLastBlock, type BlockReader } from '../registry/last-block.ts'
import { readAllPages } from '../registry/log-pages.ts'

/** What is asked of a ledger here. */
export type AccountBillsReader = BlockReader & {
  readonly leases: Pick<Ledger<undefined>['leases'], 'getEvents'>
}

/** What a lease was charged for a period, in wei. */
export type AccountBill = {
  readonly period: Period
  readonly instance: InstanceKey
  readonly token: bigint
  readonly device: DeviceId
  /** Number of the kind that it is paid as, and its rate in micro-USD an hour. */
  readonly kind: number
  readonly rate: bigint
  readonly seconds: number
  readonly paid: bigint
  /** What the account had not: it is never collected. */
  readonly shortfall: bigint
}

/** Bills of whom, and of which periods: from the first up to, not with, the last; it began at that chain second. */
export type WantedBills = {
  readonly account: Address
  readonly from: Period
  readonly to: Period
  readonly fromTime: number
}

const { abi } = leases
/** Instances in one question. */
const INSTANCES_AT_ONCE = 100

/** Returns what an account was charged for some periods, up to the newest block, in the order of the chain. */
export async function readAccountBills(
  reader: AccountBillsReader,
  { account, from, to, fromTime }: WantedBills,
): Promise<readonly AccountBill[]> {
  const { number: toBlock } = await explained(reader.client.getBlock())
  const openings = await readOpenings(reader, { account, toBlock })
  const instances = [...new Set([...openings.values()].map(({ instance }) => instance))]
  // A period is billed after its end.
  const { number: fromBlock } = await findLastBlock(reader, BigInt(fromTime))
  const bills: AccountBill[] = []
  for (const instance of inParts(instances, INSTANCES_AT_ONCE)) {
    const found = await readBilled(reader, { instance, fromBlock, toBlock })
    for (const { lease, period, ...charge } of found) {
      const opening = openings.get(lease)
      if (opening === undefined || period < from || period >= to) continue
      bills.push({ ...opening, ...charge, period: parsePeriod(period) })
    }
  }
  return bills
}

type Opening = Pick<AccountBill, 'instance' | 'token' | 'device' | 'kind' | 'rate'>

/** The chain has no index of accounts: all openings are looked through. */
async function readOpenings(
  { leases: contract }: AccountBillsReader,
  { account, toBlock }: { readonly account: Address; readonly toBlock: bigint },
): Promise<ReadonlyMap<string, Opening>> {
  const { LeaseOpened } = contract.getEvents
  const range = { fromBlock: 0n, toBlock }
  const logs = await readAllPages((page) => LeaseOpened({}, page), range)
  const openings = new Map<string, Opening>()
  for (const { args } of parseEventLogs({ abi, eventName: 'LeaseOpened', logs })) {
    const instance = parseInstanceKey(args.instance)
    if (accountOf(instance) !== account) continue
    const { token, kind, rate } = args
    const opening = { instance, token, device: parseDeviceId(args.device), kind, rate }
    openings.set(nameOf(args), opening)
  }
  return openings
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
