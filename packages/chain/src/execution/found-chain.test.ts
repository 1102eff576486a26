import { numberToHex } from 'viem'
import { expect, test } from 'vitest'

import { openTestEngine } from '../../test/engine.ts'
import { createLocalGenesis } from '../../test/local-genesis.ts'
import { createStateReader } from '../state/state-reader.ts'

test('every account of a large genesis is in block 0', async () => {
  const addresses = Array.from({ length: 20_500 }, (_, index) =>
    numberToHex(index + 1_000_000, { size: 20 }),
  )
  const genesis = await createLocalGenesis(Object.fromEntries(addresses.map((one) => [one, 1n])))
  const { store, common, reader } = await openTestEngine(genesis)
  const block = await reader.block(0n)
  const state = await createStateReader(store, common)(block?.header.stateRoot ?? new Uint8Array())
  for (const address of [addresses[0], addresses.at(-1)]) {
    expect(await state.account(address ?? '0x')).toMatchObject({ balance: 1n })
  }
})
