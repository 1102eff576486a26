import { beforeAll, expect, test } from 'vitest'

import { openChainNode, type ChainNode } from '../../test/chain-node.ts'
import { signAs } from '../../test/engine.ts'
import { accountOf, createLocalGenesis } from '../../test/local-genesis.ts'
import { createTipSuggestion } from './tip-suggestion.ts'

let chain: ChainNode

beforeAll(async () => {
  const accounts = [0, 1, 2].map((number) => [accountOf(number).address, 10n ** 18n] as const)
  chain = await openChainNode(await createLocalGenesis(Object.fromEntries(accounts)))
  await chain.mine(...(await Promise.all([0, 1, 2].map((number) => pay(number, number * 10)))))
  await chain.makeBlock()
})

test('suggests what most recent transactions paid, and what the newest blocks changed of that', async () => {
  const { view, read } = countReads()
  const suggestTip = createTipSuggestion(view)
  expect(await suggestTip()).toBe(10n)
  expect(await suggestTip()).toBe(10n)
  expect(read).toEqual([0n, 1n, 2n])
  await chain.mine(...(await Promise.all([0, 1, 2].map((number) => pay(number, 30, 1)))))
  expect(await suggestTip()).toBe(30n)
  expect(read).toEqual([0n, 1n, 2n, 3n])
})

test('forgets what was paid twenty blocks ago, and reads each block once', async () => {
  const { view, read } = countReads()
  const suggestTip = createTipSuggestion(view)
  for (let made = 0; made < 25; made += 1) {
    await suggestTip()
    await chain.makeBlock()
  }
  expect(await suggestTip()).toBe(0n)
  expect(read).toEqual([...new Set(read)])
})

/** The chain's view, and the numbers of the blocks that were read. */
function countReads() {
  const read: bigint[] = []
  const { reader, head } = chain.view
  const block: typeof reader.block = (number) => {
    read.push(number)
    return reader.block(number)
  }
  return { view: { reader: { ...reader, block }, head }, read }
}

async function pay(number: number, tip: number, nonce = 0): Promise<Uint8Array> {
  const to = accountOf(9).address
  const fields = { nonce, to, gas: 21_000n, maxPriorityFeePerGas: BigInt(tip) }
  return (await signAs(number, fields)).raw
}
