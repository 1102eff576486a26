import { Block, createBlockHeader } from '@ethereumjs/block'
import { hexToBytes } from '@ethereumjs/util'
import { numberToHex, type Hex } from 'viem'
import { expect, test } from 'vitest'

import { settle } from '../../test/manual-clock.ts'
import type { PooledTransaction } from '../pool/transaction-pool.ts'
import { createFeed, type FeedLimits, type Follower, type Topic } from './feed.ts'
import { rpcLimitsByDefault } from './limits.ts'

const busy = numberToHex(1, { size: 20 })
const quiet = numberToHex(2, { size: 20 })
const nobody = numberToHex(3, { size: 20 })

test('reads a block once, and tells each what it wants', async () => {
  const { reads, follow, makeBlock } = setup()
  const all = ['a', 'b'].map((client) => follow(client, logsOf(quiet)))
  const reversed = follow('c', logsOf(nobody, quiet))
  const none = follow('d', logsOf(nobody))
  const heads = follow('e', { kind: 'newHeads' })
  await makeBlock([busy, quiet, busy])
  await makeBlock([])
  expect(reads()).toBe(2)
  for (const { told } of [...all, reversed]) {
    expect(told()).toMatchObject([{ address: quiet, blockNumber: '0x1', logIndex: '0x1' }])
  }
  expect(none.told()).toEqual([])
  expect(heads.told()).toMatchObject([{ number: '0x1' }, { number: '0x2' }])
})

test('reads no logs that nobody wants', async () => {
  const { reads, follow, makeBlock } = setup()
  follow('a', { kind: 'newHeads' })
  await makeBlock([busy])
  expect(reads()).toBe(0)
})

test('tells nothing of what came before, and nothing after the end', async () => {
  const { follow, announce, makeBlock } = setup()
  announce([busy])
  const late = follow('a', { kind: 'newHeads' })
  await makeBlock([])
  late.end()
  await makeBlock([])
  expect(late.told()).toMatchObject([{ number: '0x2' }])
})

test('finds rare logs first, and lets go of who wants more than a block’s time is enough for', async () => {
  const { follow, makeBlock } = setup({ logTestsPerBlock: 25 })
  const greedy = [0, 1, 2].map((count) => {
    const topics = [[0, count + 1].map((value) => numberToHex(value, { size: 32 }))]
    return follow('a', { kind: 'logs', criteria: { addresses: [busy], topics } })
  })
  const modest = follow('b', logsOf(quiet))
  await makeBlock([...Array.from({ length: 12 }, () => busy), quiet])
  expect(modest.told()).toHaveLength(1)
  expect(greedy.map(({ failures }) => failures.length)).toEqual([0, 0, 1])
  expect(greedy[2]?.failures).toMatchInlineSnapshot(`
    [
      [FeedBehindError: The logs of block 1 are too many for all that is wanted of them.],
    ]
  `)
})

test('has so many subscriptions of a client, and of all; a long one counts as several', () => {
  const { follow } = setup({ subscriptionsPerClient: 3, subscriptionsInAll: 4 })
  follow('a', { kind: 'newHeads' })
  const long = logsOf(...Array.from({ length: 64 }, (_, index) => numberToHex(index, { size: 20 })))
  const second = follow('a', long)
  expect(() => follow('a', { kind: 'newHeads' })).toThrowErrorMatchingInlineSnapshot(
    `[RpcError: too many subscriptions: you would have 4 of 3, all clients 4 of 4, each 64 addresses and topics of one counting as one more; unsubscribe from some]`,
  )
  follow('b', { kind: 'newHeads' })
  expect(() => follow('c', { kind: 'newHeads' })).toThrow('all clients 5 of 4')
  second.end()
  second.end()
  follow('a', { kind: 'newHeads' })
})

test('what cannot be read is told to everybody who would miss it', async () => {
  const { follow, makeBlock } = setup({}, new Error('disk'))
  const { failures } = follow('a', logsOf(busy))
  await makeBlock([busy])
  expect(failures).toMatchObject([{ message: 'disk' }])
})

function logsOf(...addresses: readonly Hex[]): Topic {
  return { kind: 'logs', criteria: { addresses, topics: [] } }
}

/** A chain whose blocks have logs of these addresses, each with topic 0. */
function setup(change: Partial<FeedLimits> = {}, failure?: Error) {
  const heads = new Set<(block: Block) => void>()
  const added = new Set<(pooled: PooledTransaction) => void>()
  const logs: (readonly Hex[])[] = [[]]
  let reads = 0
  const feed = createFeed({
    view: {
      onHead: (listener) => {
        heads.add(listener)
        return () => heads.delete(listener)
      },
      pool: {
        onAdded: (listener: (pooled: PooledTransaction) => void) => {
          added.add(listener)
          return () => added.delete(listener)
        },
      },
      reader: {
        receipts: async (number: bigint) => {
          reads += 1
          if (failure !== undefined) throw failure
          return (logs[Number(number)] ?? []).map((address) => ({
            transactionHash: new Uint8Array(32),
            isSuccess: true,
            cumulativeGasUsed: 0n,
            logs: [
              {
                address: hexToBytes(address),
                topics: [new Uint8Array(32)],
                data: new Uint8Array(),
              },
            ],
          }))
        },
      },
    },
    limits: { ...rpcLimitsByDefault.feed, ...change },
  })
  const announce = (addresses: readonly Hex[]): void => {
    const number = BigInt(logs.push(addresses) - 1)
    for (const listener of heads) listener(new Block(createBlockHeader({ number })))
  }
  return {
    reads: () => reads,
    announce,
    makeBlock: async (addresses: readonly Hex[]) => {
      announce(addresses)
      await settle()
    },
    follow: (client: string, topic: Topic) => {
      const texts: string[] = []
      const failures: unknown[] = []
      const follower: Follower = {
        client,
        tell: (json) => texts.push(json),
        fail: (reason) => failures.push(reason),
      }
      const end = feed.follow(topic, follower)
      return { end, failures, told: () => texts.map((text): unknown => JSON.parse(text)) }
    },
  }
}
