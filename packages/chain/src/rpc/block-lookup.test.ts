import { createBlock, type Block } from '@ethereumjs/block'
import { bytesToHex } from '@ethereumjs/util'
import { expect, test } from 'vitest'

import type { ChainView } from '../chain-view.ts'
import { createBlockLookup } from './block-lookup.ts'

test('the newest block is not read again, whatever it is called, and older ones are', async () => {
  const [older, newest] = [1, 2].map((number) => createBlock({ header: { number } })) as [
    Block,
    Block,
  ]
  const read: bigint[] = []
  const reader = {
    block: async (number: bigint) => {
      read.push(number)
      return older
    },
    numberOf: async () => 2n,
    placeOf: async () => ({ blockNumber: 2n, index: 0 }),
  }
  const lookup = createBlockLookup({ reader, head: () => newest } as unknown as ChainView)
  const hash = bytesToHex(newest.hash())
  const found = [
    await lookup.find({ number: 2n }),
    await lookup.find({ hash }),
    await lookup.find({ tag: 'latest' }),
    (await lookup.findPlace(hash))?.block,
  ]
  expect(found.every((block) => block === newest)).toBe(true)
  expect(read).toEqual([])
  expect(await lookup.find({ number: 1n })).toBe(older)
  expect(await lookup.find({ number: 3n })).toBeUndefined()
  expect(read).toEqual([1n])
})
