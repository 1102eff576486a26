import { expect, test } from 'vitest'

import { createLocalGenesis } from '../../test/local-genesis.ts'
import { createChainCommon } from '../execution/chain-common.ts'
import { createChainReader } from './chain-reader.ts'
import { createMemoryStore } from './memory-store.ts'
import { encodeOutcome } from './outcome.ts'
import { outcomeKey } from './tables.ts'

const common = createChainCommon(await createLocalGenesis({}))

test('gives outcomes in the order in which they are asked for, without those that are not there', async () => {
  const { store, reader } = setup()
  const stored = Array.from({ length: 50 }, (_, index) => BigInt(index)).filter(
    (n) => n % 7n !== 0n,
  )
  await store.write(
    stored.map((timestamp) => ({
      key: outcomeKey(timestamp),
      value: encodeOutcome({ hash: new Uint8Array(32), timestamp, receipts: [] }),
    })),
  )
  const asked = Array.from({ length: 50 }, (_, index) => BigInt(49 - index))
  const found: (readonly bigint[])[] = []
  for await (const { number, timestamp } of reader.outcomes(asked)) found.push([number, timestamp])
  expect(found).toEqual(stored.toReversed().map((number) => [number, number]))
})

test('an outcome that cannot be read is damage, and named', async () => {
  const { store, reader } = setup()
  await store.write([{ key: outcomeKey(1n), value: new Uint8Array(43) }])
  const told = {
    code: 'CHAIN_DATA_DAMAGED',
    message:
      "The chain's data in memory is damaged: the entry 0x0000000000000001 of the table outcome is not what a block’s transactions did.",
  }
  await expect(reader.receipts(1n)).rejects.toMatchObject(told)
  const many = reader.outcomes([1n])[Symbol.asyncIterator]()
  await expect(many.next()).rejects.toMatchObject(told)
})

function setup() {
  const store = createMemoryStore()
  return { store, reader: createChainReader(store, common) }
}
