import fc from 'fast-check'
import { expect, test } from 'vitest'

import { loadBench, median } from './index.ts'

const figure = fc.double({ noNaN: true, min: 0, max: 1e9 })

test('the median has as many samples below it as above it', () => {
  fc.assert(
    fc.property(fc.array(figure, { minLength: 1 }), (figures) => {
      const middle = median(figures.map(sampleOf), ({ cpuSeconds }) => cpuSeconds)
      const below = figures.filter((value) => value < middle).length
      const above = figures.filter((value) => value > middle).length
      expect(Math.max(below, above)).toBeLessThanOrEqual(figures.length / 2)
    }),
  )
})

test('no samples have no median', () => {
  expect(() => median([], ({ cpuSeconds }) => cpuSeconds)).toThrow(RangeError)
})

test('a file without a benchmark is refused by name', async () => {
  await expect(loadBench(import.meta.filename.replace('.test', ''))).rejects.toThrow(
    'index.ts exports no bench.',
  )
})

function sampleOf(cpuSeconds: number) {
  return { cpuSeconds, wallSeconds: 0, peakBytes: 0, grownBytes: 0, facts: {} }
}
