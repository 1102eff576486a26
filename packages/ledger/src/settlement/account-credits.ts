import {
  accountOf,
  inParts,
  parseInstanceKey,
  parsePeriod,
  type Address,
  type InstanceKey,
  type Period,
} from '@nexqloud/kernel'
import { parseEventLogs, type Hex } from 'viem'

import { leases, treasury } from '../generated/index.ts'
import type { Ledger } from '../ledger.ts'
import { explained } from '../registry/device.ts'
import { findLastBlock, type BlockReader } from '../registry/last-block.ts'
import { readAllPages } from '../registry/log-pages.ts'

/** What is asked of a ledger here. */
export type AccountCreditsReader = BlockReader & {
  readonly leases: Pick<Ledger<undefined>['leases'], 'getEvents'>
  readonly treasury: Pick<Ledger<undefined>['treasury'], 'getEvents'>
}

/** Credits of whom, and by the settlements of which periods: from the first up to, not with, the last. They began at these chain seconds. */
export type WantedCredits = {
  readonly account: Address
  readonly from: Period
  readonly to: Period
  readonly fromTime: number
  readonly toTime: number
}

/** How long an instance waited before a lease, through no fault of its tenant. */
export type AccountWait = { readonly instance: InstanceKey; readonly seconds: number }

/** What an account got back. */
export type AccountCredit = {
  readonly instance: InstanceKey
  /** For which 30 days, counted from genesis. */
  readonly month: number
  /** By whose settlement it was paid, and by which transaction. */
  readonly period: Period
  readonly transaction: Hex
  /** In wei. */
  readonly amount: bigint
}

/** Instances in one question. */
const INSTANCES_AT_ONCE = 100

/** Returns how long an account's instances waited, and what it was credited, up to the newest block and in the order of the chain. */
export async function readAccountCredits(
  reader: AccountCreditsReader,
  wanted: WantedCredits,
): Promise<{ readonly waits: readonly AccountWait[]; readonly credits: readonly AccountCredit[] }> {
  const { account, fromTime, toTime } = wanted
  const { number: toBlock } = await explained(reader.client.getBlock())
  const { LeaseOpened } = reader.leases.getEvents
  const logs = await readAllPages((page) => LeaseOpened({}, page), { fromBlock: 0n, toBlock })
  const openings = parseEventLogs({ abi: leases.abi, eventName: 'LeaseOpened', logs })
    .map(({ args }) => ({ ...args, instance: parseInstanceKey(args.instance) }))
    .filter(({ instance }) => accountOf(instance) === account)
  const waits = openings
    .filter(({ waited, startedAt }) => waited > 0n && startedAt >= fromTime && startedAt < toTime)
    .map(({ instance, waited }) => ({ instance, seconds: Number(waited) }))
  const instances = [...new Set(openings.map(({ instance }) => instance))]
  return { waits, credits: await readCredits(reader, { ...wanted, instances, toBlock }) }
}

type Range = WantedCredits & { readonly instances: readonly Hex[]; readonly toBlock: bigint }

async function readCredits(
  reader: AccountCreditsReader,
  { instances, from, to, fromTime, toBlock }: Range,
): Promise<readonly AccountCredit[]> {
  const { CreditPaid } = reader.treasury.getEvents
  const { number: fromBlock } = await findLastBlock(reader, BigInt(fromTime))
  const credits: AccountCredit[] = []
  for (const part of inParts(instances, INSTANCES_AT_ONCE)) {
    const instance = [...part]
    const logs = await readAllPages((page) => CreditPaid({ instance }, page), {
      fromBlock,
      toBlock,
    })
    for (const { args, transactionHash: transaction } of parseEventLogs({
      abi: treasury.abi,
      eventName: 'CreditPaid',
      logs,
    })) {
      const period = parsePeriod(Number(args.period))
      if (period < from || period >= to) continue
      const [month, { amount }] = [Number(args.month), args]
      const found = { instance: parseInstanceKey(args.instance), month, period }
      credits.push({ ...found, transaction, amount })
    }
  }
  return credits
}
