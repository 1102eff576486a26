import {
  inParts,
  parseAddress,
  parseInstanceKey,
  parsePeriod,
  type Address,
  type DeviceId,
  type InstanceKey,
  type Period,
} from '@nexqloud/kernel'
import { parseEventLogs } from 'viem'

import { leases, settlement } from '../generated/index.ts'
import type { Ledger } from '../ledger.ts'
import { explained } from '../registry/device.ts'
import type { BlockReader } from '../registry/last-block.ts'
import { readAllPages } from '../registry/log-pages.ts'

/** What is asked of a ledger here. */
export type DeviceIncomeReader = BlockReader & {
  readonly settlement: Pick<Ledger<undefined>['settlement'], 'getEvents'>
  readonly leases: Pick<Ledger<undefined>['leases'], 'getEvents'>
}

/** What a device brought in, in wei and in the order of the chain. */
export type DeviceIncome = {
  readonly rewards: readonly {
    readonly period: Period
    readonly account: Address
    readonly amount: bigint
  }[]
  /** What tenants paid for what ran on it; its owner has a part of that. */
  readonly bills: readonly {
    readonly period: Period
    readonly instance: InstanceKey
    readonly seconds: number
    readonly paid: bigint
  }[]
}

/** Instances in one question. */
const INSTANCES_AT_ONCE = 100

/** Returns all that was paid for a device up to the newest block. */
export async function readDeviceIncome(
  reader: DeviceIncomeReader,
  device: DeviceId,
): Promise<DeviceIncome> {
  const { number: toBlock } = await explained(reader.client.getBlock())
  const range = { fromBlock: 0n, toBlock }
  const { RewardPaid } = reader.settlement.getEvents
  const rewards = parseEventLogs({
    abi: settlement.abi,
    eventName: 'RewardPaid',
    logs: await readAllPages((page) => RewardPaid({ device }, page), range),
  })
  return {
    rewards: rewards.map(({ args }) => ({
      period: parsePeriod(Number(args.period)),
      account: parseAddress(args.account),
      amount: args.amount,
    })),
    bills: await readBills(reader, { device, toBlock }),
  }
}

type Wanted = { readonly device: DeviceId; readonly toBlock: bigint }

/** A bill names its lease, and a lease its device. */
async function readBills(
  reader: DeviceIncomeReader,
  { device, toBlock }: Wanted,
): Promise<DeviceIncome['bills']> {
  const { abi } = leases
  const { LeaseOpened, LeaseBilled } = reader.leases.getEvents
  const opened = parseEventLogs({
    abi,
    eventName: 'LeaseOpened',
    logs: await readAllPages((page) => LeaseOpened({ device }, page), { fromBlock: 0n, toBlock }),
  })
  const isOwn = new Set(opened.map(({ args }) => `${args.instance}/${args.token}`))
  const instances = [...new Set(opened.map(({ args }) => args.instance))]
  const bills: DeviceIncome['bills'][number][] = []
  for (const instance of inParts(instances, INSTANCES_AT_ONCE)) {
    const fromBlock = opened[0]!.blockNumber
    const logs = await readAllPages((page) => LeaseBilled({ instance }, page), {
      fromBlock,
      toBlock,
    })
    for (const { args } of parseEventLogs({ abi, eventName: 'LeaseBilled', logs })) {
      if (!isOwn.has(`${args.instance}/${args.token}`)) continue
      bills.push({
        period: parsePeriod(Number(args.period)),
        instance: parseInstanceKey(args.instance),
        seconds: Number(args.billedSeconds),
        paid: args.paid,
      })
    }
  }
  return bills
}
