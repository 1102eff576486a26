import { createInstanceKey, parseAddress, parseDeviceId, parsePeriod } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { costByLabel, unknown } from './cost-by-label.ts'
import { createReceipt } from './receipt.ts'

const account = parseAddress(`0x${'a'.repeat(40)}`)
const keyOf = (number: number) => createInstanceKey(account, BigInt(number))

test('each value of a label has the sum of its leases, the dearest first; what has none and what nobody knows are apart', () => {
  const values = new Map([
    [keyOf(1), 'web'],
    [keyOf(2), 'db'],
    [keyOf(3), 'web'],
    [keyOf(4), undefined],
  ])
  const costs = costByLabel(receiptOf([1, 2, 3, 4, 5].map((number) => [number, 10n])), (key) =>
    values.has(key) ? values.get(key) : unknown,
  )
  expect(costs).toEqual([
    { value: 'web', leases: 2, seconds: 120, paid: 20n },
    { value: 'db', leases: 1, seconds: 60, paid: 10n },
    { value: undefined, leases: 1, seconds: 60, paid: 10n },
    { value: unknown, leases: 1, seconds: 60, paid: 10n },
  ])
})

test('however instances are labelled, the parts are the whole', () => {
  const bills = fc.array(fc.tuple(fc.nat(20), fc.bigInt(0n, 10n ** 24n)), { maxLength: 40 })
  fc.assert(
    fc.property(bills, fc.func(fc.option(fc.string(), { nil: undefined })), (pairs, labelOf) => {
      const receipt = receiptOf(pairs)
      const costs = costByLabel(receipt, labelOf)
      expect(costs.reduce((sum, { paid }) => sum + paid, 0n)).toBe(receipt.paid)
      expect(costs.reduce((sum, { seconds }) => sum + seconds, 0)).toBe(receipt.seconds)
      expect(costs.reduce((sum, { leases }) => sum + leases, 0)).toBe(receipt.rows.length)
    }),
  )
})

function receiptOf(pairs: readonly (readonly [instance: number, paid: bigint])[]) {
  const bills = pairs.map(([number, paid]) => ({
    period: parsePeriod(1),
    instance: keyOf(number),
    token: 1n,
    device: parseDeviceId(1),
    kind: 1,
    rate: 36n,
    seconds: 60,
    paid,
    shortfall: 0n,
  }))
  return createReceipt({ account, month: { name: '2026-11' }, bills, kinds: new Map() })
}
