import { annotations } from '@nexqloud/control'
import { expect, test } from 'vitest'

import { runwayConcern } from './runway-concern.ts'

const NOW = Date.parse('2026-11-26T10:00:00Z')
const account = `0x${'a'.repeat(40)}`

test('an account that lasts less than a week needs attention', () => {
  expect(concernAt('2026-11-26T12:05:00Z')).toEqual([
    {
      what: `The account ${account} pays for another 2 h 5 min for what runs in the namespace shop.`,
      try: `nexqloud account deposit --to ${account} --amount N`,
    },
  ])
  expect(concernAt('2026-11-26T09:00:00Z')).toMatchObject([
    { what: expect.stringContaining('pays no more for') },
  ])
})

test('one that lasts longer needs none, nor one of which nobody knows', () => {
  expect(concernAt('2026-12-03T10:00:00Z')).toEqual([])
  expect(concernAt(undefined)).toEqual([])
  expect(runwayConcern({ metadata: { name: 'shop' } }, NOW)).toEqual([])
})

test('what was noted of whoever paid before says nothing of who pays now', () => {
  expect(concernAt('2026-11-26T12:05:00Z', account)).toHaveLength(1)
  expect(concernAt('2026-11-26T12:05:00Z', `0x${'b'.repeat(40)}`)).toEqual([])
})

function concernAt(paidUntil: string | undefined, notedFor?: string) {
  const written = {
    [annotations.account]: account,
    ...(paidUntil !== undefined && { [annotations.paidUntil]: paidUntil }),
    ...(notedFor !== undefined && { [annotations.notedFor]: notedFor }),
  }
  return runwayConcern({ metadata: { name: 'shop', annotations: written } }, NOW)
}
