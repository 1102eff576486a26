import { createInstanceKey, parseAddress } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { Retries } from './retries.ts'

const instance = createInstanceKey(parseAddress(`0x${'a'.repeat(40)}`), 1n)
const refused = [{ instance, reason: 'FundsTooLow' }]

test('waits double from half a minute to five minutes, and begin anew once it is not wanted any more', () => {
  const retries = new Retries()
  const waits: number[] = []
  let now = 0
  for (let time = 0; time < 6; time += 1) {
    retries.refuse(refused, now)
    const before = now
    while (!retries.isDue(instance, now)) now += 1000
    waits.push((now - before) / 1000)
  }
  expect(waits).toEqual([30, 60, 120, 240, 300, 300])
  retries.keep([])
  expect(retries.isDue(instance, now)).toBe(true)
  expect(retries.reasonOf(instance)).toBeUndefined()
})

test('what has become better since is tried at once, and once', () => {
  const retries = new Retries()
  retries.refuse(refused, 1000)
  expect(retries.isDue(instance, 1001, 500)).toBe(false)
  expect(retries.reasonOf(instance, 500)).toBe('FundsTooLow')
  expect(retries.isDue(instance, 1001, 1001)).toBe(true)
  expect(retries.reasonOf(instance, 1001)).toBeUndefined()
  retries.refuse(refused, 1002)
  expect(retries.isDue(instance, 1003, 1001)).toBe(false)
})

test('what waits still is kept while others come and go', () => {
  const retries = new Retries()
  retries.refuse(refused, 0)
  retries.keep([{ instance }])
  expect(retries.isDue(instance, 1)).toBe(false)
})
