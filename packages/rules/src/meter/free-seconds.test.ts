import { expect, test } from 'vitest'

import { addFreeSeconds, patienceOf, type FreeSeconds } from './free-seconds.ts'

test('a pod that is paid for as long as it was not takes nothing from the patience', () => {
  const free = addFreeSeconds(undefined, { unpaid: 59, paid: 59 }, 1000)
  expect(free).toEqual({ since: 1000, seconds: 0 })
  expect(patienceOf(free, 1000)).toBe(60)
})

test('an account that remakes pods before they are paid for runs ten minutes an hour for nothing at most, not nearly all of it', () => {
  expect(runFor(3600, 59)).toBeLessThanOrEqual(660)
  expect(runFor(36_000, 59)).toBeLessThanOrEqual(6600)
  // Ready for the last second of a minute, it is paid for that one alone.
  expect(runFor(3600, 59, 1)).toBeLessThanOrEqual(660)
})

test('after an hour there is patience again', () => {
  const free = { since: 1000, seconds: 600 }
  expect(patienceOf(free, 4599)).toBe(0)
  expect(patienceOf(free, 4600)).toBe(60)
  expect(addFreeSeconds(free, { unpaid: 5, paid: 0 }, 4600)).toEqual({ since: 4600, seconds: 5 })
})

/** Returns how long pods ran for nothing, one made after the other within so many seconds, each unready for so long and paid for a while then. */
function runFor(seconds: number, unready: number, ready = 0): number {
  let free: FreeSeconds | undefined
  let [now, unpaid] = [0, 0]
  while (now < seconds) {
    const isPatient = patienceOf(free, now) > 0
    now += unready + ready
    const ran = isPatient ? { unpaid: unready, paid: ready } : { unpaid: 0, paid: unready + ready }
    free = addFreeSeconds(free, ran, now)
    unpaid += ran.unpaid
  }
  return unpaid
}
