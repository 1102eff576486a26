import {
  inParts,
  parseInstanceKey,
  parsePeriod,
  type InstanceKey,
  type Period,
} from '@nexqloud/kernel'
import { parseEventLogs, type Hex } from 'viem'

import { treasury } from '../generated/index.ts'
import type { Ledger } from '../ledger.ts'
import { findLastBlock, type BlockReader } from '../registry/last-block.ts'
import { readAllPages } from '../registry/log-pages.ts'
import { instancesOf, type AccountOpenings } from './account-openings.ts'

/** What is asked of a ledger here. */
export type AccountCreditsReader = BlockReader & {
  readonly treasury: Pick<Ledger<undefined>['treasury'], 'getEvents'>
}

/** Credits by the settlements of which periods: from the first up to, not with, the last. They began at these chain seconds. */
export type WantedCredits = {
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

/** Returns how long an account's instances waited, and what it was credited, up to the block of its openings and in the order of the chain. */
export async function readAccountCredits(
  reader: AccountCreditsReader,
  opened: AccountOpenings,
  wanted: WantedCredits,
): Promise<{ readonly waits: readonly AccountWait[]; readonly credits: readonly AccountCredit[] }> {
  const { fromTime, toTime } = wanted
  const waits = opened.openings
    .filter(({ waited, startedAt }) => waited > 0n && startedAt >= fromTime && startedAt < toTime)
    .map(({ instance, waited }) => ({ instance, seconds: Number(waited) }))
  const range = { ...wanted, instances: instancesOf(opened), toBlock: opened.toBlock }
  return { waits, credits: await readCredits(reader, range) }
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
