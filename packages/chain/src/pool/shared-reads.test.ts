import type { Hex } from 'viem'
import { expect, test } from 'vitest'

import { shareReads } from './shared-reads.ts'

const [one, other]: readonly [Hex, Hex] = ['0x01', '0x02']

test('who asks at once goes on in the order in which it asked, and costs one read', async () => {
  const { read, reads } = setup()
  const order: number[] = []
  await Promise.all([0, 1, 2, 3].map((turn) => read(one, 0).then(() => order.push(turn))))
  expect([order, reads()]).toEqual([[0, 1, 2, 3], 1])
})

test('another sender, another head, or a later question is another read', async () => {
  const { read, reads } = setup()
  await Promise.all([read(one, 0), read(other, 0), read(one, 1)])
  await read(one, 0)
  expect(reads()).toBe(4)
})

test('a read that failed is tried again', async () => {
  const { read, reads } = setup(new Error('EIO'))
  await expect(read(one, 0)).rejects.toThrow('EIO')
  await expect(read(one, 0)).rejects.toThrow('EIO')
  expect(reads()).toBe(2)
})

/** Each read takes less time than the one before it. */
function setup(failure?: Error) {
  let reads = 0
  const read = shareReads(async () => {
    reads += 1
    for (let turn = 0; turn < 100 / reads; turn += 1) await Promise.resolve()
    if (failure !== undefined) throw failure
    return { nonce: 0n, balance: 0n }
  })
  return { read, reads: () => reads }
}
