import { expect, test } from 'vitest'

import { measureCase } from './measure-case.ts'

test('the measured work is what a sample costs', async () => {
  const held: Uint8Array[] = []
  const { facts, ...cost } = await measureCase(async (measure) => {
    const block = await measure(() => new Uint8Array(64 * 2 ** 20).fill(1))
    held.push(block)
    return { bytes: block.length }
  })
  expect(facts).toEqual({ bytes: 64 * 2 ** 20 })
  expect(cost.cpuSeconds).toBeGreaterThan(0)
  expect(cost.peakBytes).toBeGreaterThan(64 * 2 ** 20)
  expect(cost.grownBytes).toBeGreaterThan(32 * 2 ** 20)
})

test('a case that measures nothing, or twice, is refused', async () => {
  await expect(measureCase(() => ({}))).rejects.toThrow('this one called it 0 times')
  const twice = measureCase(async (measure) => {
    await measure(() => 1)
    await measure(() => 2)
    return {}
  })
  await expect(twice).rejects.toThrow('this one called it 2 times')
})
