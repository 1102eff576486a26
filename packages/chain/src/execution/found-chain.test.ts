import { bytesToHex } from '@ethereumjs/util'
import { beforeAll, expect, test } from 'vitest'

import { accountOf, createLocalGenesis } from '../../test/local-genesis.ts'
import { parseGenesis, type GenesisFile } from '../genesis/genesis-file.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import { metaKey } from '../store/tables.ts'
import { createChainCommon } from './chain-common.ts'
import { foundChain, OtherGenesisError } from './found-chain.ts'

let genesis: GenesisFile

beforeAll(async () => {
  genesis = await createLocalGenesis()
})

test('a genesis that is unchanged is not made again', async () => {
  const store = await setup()
  const common = createChainCommon(genesis)
  // Without its accounts the file would lead to another block 0.
  const again = foundChain(store, { genesis: { ...genesis, alloc: {} }, common })
  await expect(again).resolves.toBeUndefined()
})

test('a chain that was founded before digests were kept, or by a file that is written otherwise, gets the digest', async () => {
  for (const [source, length] of [
    [genesis.source, 32],
    [JSON.parse(JSON.stringify({ ...(genesis.source as object), comment: 'the same' })), 64],
  ] as const) {
    const store = await setup()
    const key = metaKey('genesis')
    const value = (await store.get(key))?.slice(0, length) ?? new Uint8Array()
    await store.write([{ key, value }])
    const same = parseGenesis(source)
    await foundChain(store, { genesis: same, common: createChainCommon(same) })
    expect((await store.get(key))?.length).toBe(64)
    await foundChain(store, { genesis: { ...same, alloc: {} }, common: createChainCommon(same) })
  }
})

test('another genesis is refused with both hashes', async () => {
  const store = await setup()
  const found = bytesToHex((await store.get(metaKey('genesis')))?.slice(0, 32) ?? new Uint8Array())
  const other = await createLocalGenesis({ [accountOf(1).address]: 1n })
  const refusal = foundChain(store, { genesis: other, common: createChainCommon(other) })
  await expect(refusal).rejects.toBeInstanceOf(OtherGenesisError)
  await expect(refusal).rejects.toMatchObject({
    found,
    wanted: expect.stringMatching(/^0x[0-9a-f]{64}$/),
  })
})

/** A store in which the chain was founded. */
async function setup() {
  const store = createMemoryStore()
  await foundChain(store, { genesis, common: createChainCommon(genesis) })
  return store
}
