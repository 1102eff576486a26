import { expect, test } from 'vitest'

import { pairKeys } from './register-fleet.ts'

test('each device of a fleet is registered to a key of its own', () => {
  expect(pairKeys(['a', 'b'], [7n, 9n, 11n])).toEqual([
    { identity: 'a', key: 7n },
    { identity: 'b', key: 9n },
  ])
})

test('a device is registered to no key that is not there', () => {
  expect(() => pairKeys(['a', 'b'], [7n])).toThrowErrorMatchingInlineSnapshot(
    `[FleetKeysMissingError: 2 devices are to be registered, and their owner has 1 free keys.]`,
  )
})
