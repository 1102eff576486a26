import { hexToBytes } from '@ethereumjs/util'
import { WEI_PER_NXQ } from '@nexqloud/kernel'
import type { Hex } from 'viem'
import { afterEach, beforeAll, expect, test } from 'vitest'

import { signAs } from '../../test/engine.ts'
import { accountOf, createLocalGenesis } from '../../test/local-genesis.ts'
import { createManualClock } from '../../test/manual-clock.ts'
import { openChain, type Chain } from '../chain.ts'
import { parseGenesis, type GenesisFile } from '../genesis/genesis-file.ts'
import { poolKey } from '../store/tables.ts'

const START = 1_700_000_100n
const chains: Chain[] = []
/** Account 0 can pay; account 1 has code, so that nothing of it can be executed (EIP-3607). */
let genesis: GenesisFile

beforeAll(async () => {
  const whole = await createLocalGenesis({ [accountOf(0).address]: WEI_PER_NXQ })
  const { alloc, ...source } = whole.source as { readonly alloc: object }
  const coded = { balance: '0xde0b6b3a7640000', code: '0x00' }
  const changed = { ...alloc, [accountOf(1).address.toLowerCase()]: coded }
  genesis = parseGenesis({ ...source, alloc: changed })
})

afterEach(async () => {
  for (const chain of chains.splice(0)) await chain.close()
})

test('a proposal drops nothing, from the pool or the disk', async () => {
  const { chain, refused, isKept } = await setup()
  const payload = await chain.application.prepareProposal(START)
  expect(payload.transactions).toHaveLength(1)
  await chain.application.finalizeBlock(payload)
  expect(chain.pool.get(refused)?.hash).toBe(refused)
  expect(await isKept(refused)).toBe(true)
})

test('what a block could not execute goes with its commit, from the pool and the disk', async () => {
  const { chain, refused, isKept, decide } = await setup()
  await decide(await chain.application.prepareProposal(START))
  expect(chain.pool.content()).toEqual([])
  expect(await isKept(refused)).toBe(false)
  expect(chain.hasWork()).toBe(false)
})

test('what only another proposal could not execute stays', async () => {
  const { chain, refused, isKept, decide } = await setup()
  const decided = await chain.application.prepareProposal(START)
  const other = await chain.application.prepareProposal(START + 1n)
  expect(other.blockHash).not.toBe(decided.blockHash)
  await decide(decided)
  expect(chain.pool.get(refused)?.hash).toBe(refused)
  expect(await isKept(refused)).toBe(true)
})

test('a block that is empty since nothing could be executed takes all of it out', async () => {
  const { chain, decide } = await setup({ senders: [1] })
  const payload = await chain.application.prepareProposal(START)
  expect(payload.transactions).toEqual([])
  await decide(payload)
  expect(chain.hasWork()).toBe(false)
})

/** A chain on which these accounts have sent something; `refused` is account 1's. */
async function setup({ senders = [0, 1] }: { readonly senders?: readonly number[] } = {}) {
  const chain = await openChain({ genesis, clock: createManualClock(Number(START) * 1000) })
  chains.push(chain)
  const hashes: Hex[] = []
  for (const sender of senders) {
    hashes.push(await chain.pool.add((await signAs(sender, { nonce: 0 })).raw))
  }
  return {
    chain,
    refused: hashes.at(-1) ?? '0x',
    isKept: async (hash: Hex) => (await chain.store.get(poolKey(hexToBytes(hash)))) !== undefined,
    decide: async (payload: Parameters<Chain['application']['finalizeBlock']>[0]) => {
      await chain.application.finalizeBlock(payload)
      await chain.application.commit()
    },
  }
}
