import { beforeAll, expect, test } from 'vitest'

import { openChainNode, type ChainNode } from '../../test/chain-node.ts'
import { signAs } from '../../test/engine.ts'
import { accountOf, createLocalGenesis } from '../../test/local-genesis.ts'
import { createFeeHistory } from './fee-history.ts'

let chain: ChainNode

beforeAll(async () => {
  const accounts = [0, 1, 2].map((number) => [accountOf(number).address, 10n ** 18n] as const)
  chain = await openChainNode(await createLocalGenesis(Object.fromEntries(accounts)))
  const sent = await Promise.all([0, 1, 2].map((number) => pay(number, BigInt(number * 10))))
  await chain.mine(...sent)
  await chain.makeBlock()
})

test('gives the tips below which parts of each block’s gas paid', async () => {
  const question = { count: 2n, newest: 2n, percentiles: [0, 30, 50, 90, 100] }
  expect(await createFeeHistory(chain.view)(question, () => {})).toEqual({
    oldestBlock: '0x1',
    baseFeePerGas: ['0x0', '0x0', '0x0'],
    gasUsedRatio: [63_000 / Number(chain.view.head().header.gasLimit), 0],
    baseFeePerBlobGas: ['0x1', '0x1', '0x1'],
    blobGasUsedRatio: [0, 0],
    reward: [
      ['0x0', '0x0', '0xa', '0x14', '0x14'],
      ['0x0', '0x0', '0x0', '0x0', '0x0'],
    ],
  })
})

test('ends with the first block, and with none where none are asked', async () => {
  const feeHistory = createFeeHistory(chain.view)
  const all = await feeHistory({ count: 5000n, newest: 2n, percentiles: [] }, () => {})
  expect(all).toMatchObject({ oldestBlock: '0x0', gasUsedRatio: { length: 3 } })
  expect(all).not.toHaveProperty('reward')
  const none = await feeHistory({ count: 0n, newest: 2n, percentiles: [] }, () => {})
  expect(none).toMatchObject({ oldestBlock: '0x0', baseFeePerGas: [], gasUsedRatio: [] })
})

test('costs what it reads, and nothing for blocks that it knows', async () => {
  const feeHistory = createFeeHistory(chain.view)
  const costOf = async (percentiles: readonly number[]) => {
    const costs: number[] = []
    await feeHistory({ count: 2n, newest: 2n, percentiles }, (cost) => costs.push(cost))
    return costs
  }
  expect(await costOf([])).toEqual([5, 5])
  expect(await costOf([50])).toEqual([8, 5])
  expect(await costOf([50])).toEqual([])
})

test('reads no block that costs too much', async () => {
  const tooMuch = new Error('too much')
  const spend = (): never => {
    throw tooMuch
  }
  const question = { count: 2n, newest: 2n, percentiles: [50] }
  await expect(createFeeHistory(chain.view)(question, spend)).rejects.toBe(tooMuch)
})

async function pay(number: number, tip: bigint): Promise<Uint8Array> {
  const to = accountOf(9).address
  return (await signAs(number, { nonce: 0, to, gas: 21_000n, maxPriorityFeePerGas: tip })).raw
}
