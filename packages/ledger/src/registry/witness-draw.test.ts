import { expect, test } from 'vitest'

import { readPeriodDraw, type DrawReader } from './witness-draw.ts'

test.each([
  ['in the middle of a chain', 1000, 300],
  ['of a period that began with its newest block', 1500, 500],
  ['where no block is before it', 0, 0],
])('the randomness %s is that of the last block before the period', async (_, start, last) => {
  const { reader } = createReader({ blocks: 500, start })
  const draw = await readPeriodDraw(reader)
  const expected = last === 0 ? 0 : Math.ceil(start / 3) - 1
  expect(draw).toMatchObject({ period: 7, witnesses: 3 })
  expect(Buffer.from(draw.randomness).readUInt32BE(28)).toBe(Math.min(499, expected))
})

test('a draw that is known is not looked for again, until the next period', async () => {
  const { reader, asked } = createReader({ blocks: 100_000, start: 90_000 })
  const draw = await readPeriodDraw(reader)
  expect(asked()).toBeLessThan(25)
  const before = asked()
  expect(await readPeriodDraw(reader, draw)).toEqual(draw)
  expect(asked()).toBe(before)
  await readPeriodDraw(reader, { ...draw, period: 6 })
  expect(asked()).toBeGreaterThan(before)
})

/** A chain with a block each three seconds from second 0 on, whose `mixHash` is its number. */
function createReader({ blocks, start }: { readonly blocks: number; readonly start: number }) {
  let asked = 0
  const getBlock = async ({ blockNumber = BigInt(blocks - 1) } = {}) => {
    asked += 1
    const mixHash = `0x${blockNumber.toString(16).padStart(64, '0')}`
    return { number: blockNumber, timestamp: blockNumber * 3n, mixHash }
  }
  const reader = {
    client: { getBlock },
    masternodes: { read: { witnesses: async () => 3n } },
    settlement: { read: { currentPeriod: async () => 7n, periodStart: async () => BigInt(start) } },
  } as unknown as DrawReader
  return { reader, asked: () => asked }
}
