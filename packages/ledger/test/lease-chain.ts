import { createInstanceKey, parseAddress, type Address } from '@nexqloud/kernel'
import { createCalendar } from '@nexqloud/rules'
import { encodeAbiParameters, encodeEventTopics, type AbiEvent, type Hex, type Log } from 'viem'

import * as contracts from '../src/generated/index.ts'
import { LeaseFollower } from '../src/lease/lease-follower.ts'
import { createFundsReader } from '../src/lease/read-funds.ts'

/** Two accounts. */
export const [one, other] = ['1', '2'].map((digit) => parseAddress(`0x${digit.repeat(40)}`)) as [
  Address,
  Address,
]

/** An instance of the first one. */
export const instance = createInstanceKey(one, 1n)

/** An event by its name. */
export type Said = readonly [name: string, args: Readonly<Record<string, unknown>>]

/** What a chain says, as tests change it. */
export type LeaseChain = {
  nowMs: number
  spendable: bigint
  price: bigint
  bufferSeconds: number
  /** The node does not say where there is none. */
  id: number | undefined
  isApproved: boolean
  /** While an account is asked for. */
  onAsked: (() => Promise<void>) | undefined
  /** Makes a block of the present second. */
  readonly write: (...said: readonly Said[]) => void
}

/** Returns what is said of an opened lease of {@link instance}. */
export function opened(token: bigint, { rate = 5n, startedAt = 1000n } = {}): Said {
  const lease = { instance, token, device: 1, kind: 1, rate, startedAt, masternode: 1, waited: 0n }
  return ['LeaseOpened', lease]
}

/** A chain on which everybody has a lot, and pays 7 wei a second. */
export function openLeaseChain() {
  const blocks: { readonly timestamp: bigint; readonly logs: readonly Log[] }[] = []
  const asked: string[] = []
  const chain: LeaseChain = {
    nowMs: 1_000_000,
    spendable: 1_000_000n,
    price: 3600n,
    bufferSeconds: 60,
    id: 1,
    isApproved: true,
    onAsked: undefined,
    write: (...said) => {
      const [number, timestamp] = [BigInt(blocks.length), BigInt(Math.floor(chain.nowMs / 1000))]
      const logs = said.map((each) => ({
        ...logOf(each),
        blockNumber: number,
        blockTimestamp: timestamp,
      }))
      blocks.push({ timestamp, logs })
    },
  }
  chain.write()
  const ledger = createFakeLedger({ chain, blocks, asked })
  const follower = new LeaseFollower({ ledger, signer: one })
  const clock = { wallMs: () => chain.nowMs, steadyMs: () => chain.nowMs }
  const readCalendar = async () => createCalendar({ genesisTime: 1000, periodSeconds: 300 })
  return {
    chain,
    asked,
    follower,
    read: createFundsReader({ ledger, follower, readCalendar, clock }),
  }
}

type Fake = {
  readonly chain: LeaseChain
  readonly blocks: readonly { readonly timestamp: bigint; readonly logs: readonly Log[] }[]
  readonly asked: string[]
}

function createFakeLedger({ chain, blocks, asked }: Fake) {
  const client = {
    getBlockNumber: async () => BigInt(blocks.length - 1),
    getBlock: async ({ blockNumber }: { readonly blockNumber: bigint }) =>
      blocks[Number(blockNumber)],
    getLogs: async ({
      fromBlock,
      toBlock,
    }: {
      readonly fromBlock: bigint
      readonly toBlock: bigint
    }) => {
      for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate)
      return blocks.slice(Number(fromBlock), Number(toBlock) + 1).flatMap(({ logs }) => logs)
    },
  }
  const leases = {
    read: {
      terms: async () => ({ bufferSeconds: chain.bufferSeconds }),
      spendableAt: async ([account]: readonly [string]) => {
        asked.push(account)
        const { spendable } = chain
        await chain.onAsked?.()
        return spendable
      },
      account: async () => ({ rateSum: 7n, maxRate: 100n }),
      isApproved: async () => chain.isApproved,
    },
  }
  const activeIdOf = async () => {
    if (chain.id === undefined) throw new Error('No answer.')
    return chain.id
  }
  return {
    client,
    leases,
    masternodes: { read: { activeIdOf } },
    prices: { read: { currentPrice: async () => chain.price } },
  } as never
}

function logOf([name, args]: Said): Log {
  const { abi, address } = contracts.leases
  const event = abi.find((item): item is typeof item & AbiEvent => {
    return item.type === 'event' && item.name === name
  })
  if (event === undefined) throw new RangeError(`There is no event ${name}.`)
  const inputs: AbiEvent['inputs'] = event.inputs
  const data = inputs.filter(({ indexed }) => indexed !== true)
  return {
    address,
    topics: encodeEventTopics({ abi: [event as AbiEvent], args }) as [Hex],
    data: encodeAbiParameters(
      data,
      data.map((input) => args[input.name ?? '']),
    ),
  } as unknown as Log
}
