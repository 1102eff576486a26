import { MOST_EGRESS_PASSAGES, type Passage } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { formatEgress, readEgress } from './egress.ts'
import { annotations } from './names.ts'

const podOf = (text: string) => ({ metadata: { annotations: { [annotations.egress]: text } } })

const port = fc.option(fc.integer({ min: 0, max: 65_535 }), { nil: undefined })
const passages: fc.Arbitrary<readonly Passage[]> = fc.array(
  fc.record({
    protocol: fc.option(fc.integer({ min: 0, max: 255 }), { nil: undefined }),
    from: port,
    to: port,
    cidr: fc.constantFrom('0.0.0.0/0', '203.0.113.0/24', '2001:db8::/32'),
  }),
)

test('what is written is read', () => {
  fc.assert(
    fc.property(passages, (all) => {
      expect(readEgress(podOf(formatEgress(all)))).toEqual(all)
    }),
  )
})

test('a pod that does not say is held to nothing, and one that cannot be read to all', () => {
  expect(readEgress({ metadata: {} })).toBeUndefined()
  for (const text of ['', 'null', '{}', '[{}]', '[{"cidr":"0.0.0.0/0","port":80}]']) {
    expect(readEgress(podOf(text))).toEqual([])
  }
})

test('of more than a pod may have, the first are kept', () => {
  const all = Array.from({ length: MOST_EGRESS_PASSAGES + 1 }, (_, at) => ({
    cidr: `10.0.${at >> 8}.${at & 255}/32`,
  }))
  expect(readEgress(podOf(formatEgress(all)))).toEqual(all.slice(0, -1))
})
