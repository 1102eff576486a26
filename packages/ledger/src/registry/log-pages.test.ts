import { LimitExceededRpcError, RpcRequestError, type Log } from 'viem'
import { expect, test } from 'vitest'

import { readLogPages, type LogReader } from './log-pages.ts'

const address = `0x${'1'.repeat(40)}` as const

test('all blocks are read once, in order, ten thousand at most at once', async () => {
  const { read, asked } = setup({ mostLogs: Number.POSITIVE_INFINITY })
  expect(await read(3n, 25_000n)).toEqual(numbersFrom(3, 25_000))
  expect(asked).toEqual([
    [3, 10_002],
    [10_003, 20_002],
    [20_003, 25_000],
  ])
})

test('a page that is more than a node answers is halved, and grows again', async () => {
  const { read, asked } = setup({ mostLogs: 4 })
  expect(await read(1n, 40n)).toEqual(numbersFrom(1, 40))
  expect(asked.slice(0, 6)).toEqual([
    [1, 40],
    [1, 20],
    [1, 10],
    [1, 5],
    [1, 2],
    [3, 6],
  ])
})

test('where a single block is more than a node answers, that is told', async () => {
  const { read, asked } = setup({ mostLogs: 0 })
  await expect(read(1n, 8n)).rejects.toBeInstanceOf(LimitExceededRpcError)
  expect(asked.at(-1)).toEqual([1, 1])
})

test('another failure is told at once', async () => {
  const failure = new Error('The node is away.')
  const { read, asked } = setup({ failure })
  await expect(read(1n, 8n)).rejects.toBe(failure)
  expect(asked).toHaveLength(1)
})

test('no block is no question', async () => {
  const { read, asked } = setup({})
  expect(await read(9n, 8n)).toEqual([])
  expect(asked).toEqual([])
})

/** A chain with a log in each block, whose node answers with so many at most. */
function setup({ mostLogs = 1, failure }: { mostLogs?: number; failure?: Error }) {
  const asked: [from: number, to: number][] = []
  const getLogs = async ({ fromBlock, toBlock }: { fromBlock: bigint; toBlock: bigint }) => {
    const [from, to] = [Number(fromBlock), Number(toBlock)]
    asked.push([from, to])
    if (failure !== undefined) throw failure
    if (to - from + 1 > mostLogs) throw limitExceeded()
    return numbersFrom(from, to).map((block) => ({ blockNumber: BigInt(block) }) as Log)
  }
  const reader = { client: { getLogs } } as unknown as LogReader
  return {
    asked,
    read: async (fromBlock: bigint, toBlock: bigint) => {
      const blocks: number[] = []
      for await (const page of readLogPages(reader, { address, fromBlock, toBlock })) {
        expect(Number(page.logs.at(-1)?.blockNumber)).toBe(Number(page.toBlock))
        blocks.push(...page.logs.map(({ blockNumber }) => Number(blockNumber)))
      }
      return blocks
    },
  }
}

function limitExceeded(): LimitExceededRpcError {
  const error = { code: -32_005, message: 'query returned more than 10000 logs' }
  return new LimitExceededRpcError(new RpcRequestError({ body: {}, error, url: '' }))
}

function numbersFrom(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}
