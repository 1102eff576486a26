import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { leaseGas } from './lease-gas.ts'

const figures = new Map(
  Object.entries(
    JSON.parse(
      readFileSync(new URL('../../../../contracts/snapshots/gas.json', import.meta.url), 'utf8'),
    ) as Record<string, string>,
  ),
)

test.each(['open', 'close'] as const)(
  'what is taken along for each lease that is to %s is enough for the dearest that the contracts know',
  (action) => {
    const measured = [...figures].filter(([name]) => name.includes(`: ${action}`))
    const each = leaseGas(action, 1) - leaseGas(action, 0)
    expect(measured.length).toBeGreaterThan(0)
    for (const [, gas] of measured) expect(each).toBeGreaterThan((BigInt(gas) * 3n) / 2n)
  },
)

test('two batches of a hundred fit into a block of 30 million', () => {
  expect(2n * leaseGas('open', 100)).toBeLessThanOrEqual(30_000_000n)
})
