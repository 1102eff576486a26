import {
  parseAddress,
  parseDeviceId,
  parseInstanceKey,
  type Address,
  type DeviceId,
  type InstanceKey,
} from '@nexqloud/kernel'
import { parseEventLogs } from 'viem'

import { leases, settlement, treasury } from '../generated/index.ts'
import type { Ledger } from '../ledger.ts'
import { explained } from '../registry/device.ts'
import type { BlockReader } from '../registry/last-block.ts'
import { readAllPages } from '../registry/log-pages.ts'
import type { AcceptedRoot } from './accepted-root.ts'

/** What is asked of a ledger here. */
export type PaymentsReader = BlockReader & {
  readonly settlement: Pick<Ledger<undefined>['settlement'], 'read' | 'getEvents'>
  readonly leases: Pick<Ledger<undefined>['leases'], 'getEvents'>
  readonly treasury: Pick<Ledger<undefined>['treasury'], 'getEvents'>
}

/** A reward that was paid, in wei. */
export type PaidReward = {
  readonly device: DeviceId
  readonly account: Address
  readonly amount: bigint
}

/** What a lease was charged for a period, in wei; what its account had not is never collected. */
export type ChargedBill = {
  readonly instance: InstanceKey
  readonly token: bigint
  readonly seconds: number
  readonly paid: bigint
  readonly shortfall: bigint
  /** Chain second. */
  readonly at: number
}

/** What an account got back for an instance and 30 days, in wei. */
export type PaidCredit = {
  readonly instance: InstanceKey
  readonly month: number
  readonly amount: bigint
}

/** All that was paid by the root of a period so far, in the order of the chain. */
export type Payments = {
  readonly rewards: readonly PaidReward[]
  /** What the contract still has of the rewards, in wei: what it has not is in these logs, if none was left out. */
  readonly rewardsLeft: bigint
  readonly bills: readonly ChargedBill[]
  readonly credits: readonly PaidCredit[]
}

/** Returns what was paid for a period up to the newest block. */
export async function readPayments(
  reader: PaymentsReader,
  { period, block: fromBlock }: Pick<AcceptedRoot, 'period' | 'block'>,
): Promise<Payments> {
  const { number: toBlock } = await explained(reader.client.getBlock())
  const range = { fromBlock, toBlock }
  const wanted = { period: BigInt(period) }
  const { read, getEvents } = reader.settlement
  const { RewardPaid } = getEvents
  const rewardsLeft = await explained(read.potLeft([wanted.period], { blockNumber: toBlock }))
  const { LeaseBilled, LeaseUnderpaid } = reader.leases.getEvents
  const paid = parseEventLogs({
    abi: settlement.abi,
    eventName: 'RewardPaid',
    logs: await readAllPages((page) => RewardPaid(wanted, page), range),
  })
  const billed = parseEventLogs({
    abi: leases.abi,
    eventName: 'LeaseBilled',
    logs: await readAllPages((page) => LeaseBilled(wanted, page), range),
  })
  const short = parseEventLogs({
    abi: leases.abi,
    eventName: 'LeaseUnderpaid',
    logs: await readAllPages((page) => LeaseUnderpaid(wanted, page), range),
  })
  const shortfallOf = new Map(short.map(({ args }) => [nameOf(args), args.shortfall]))
  const { CreditPaid } = reader.treasury.getEvents
  const credited = parseEventLogs({
    abi: treasury.abi,
    eventName: 'CreditPaid',
    logs: await readAllPages((page) => CreditPaid(wanted, page), range),
  })
  return {
    rewards: paid.map(({ args }) => ({
      device: parseDeviceId(args.device),
      account: parseAddress(args.account),
      amount: args.amount,
    })),
    rewardsLeft,
    bills: billed.map(({ args, blockTimestamp }) => ({
      instance: parseInstanceKey(args.instance),
      token: args.token,
      seconds: Number(args.billedSeconds),
      paid: args.paid,
      shortfall: shortfallOf.get(nameOf(args)) ?? 0n,
      at: Number(blockTimestamp),
    })),
    credits: credited.map(({ args: { instance, month, amount } }) => ({
      instance: parseInstanceKey(instance),
      month: Number(month),
      amount,
    })),
  }
}

const nameOf = ({ instance, token }: { readonly instance: string; readonly token: bigint }) =>
  `${instance}/${token}`
