import fc from 'fast-check'
import { expect, test } from 'vitest'

import { FairPlaces } from './fair-places.ts'

test('an address alone gets a third, and what it leaves is there again', () => {
  const places = new FairPlaces(3000)
  expect(takeAll(places, 'a')).toBe(1000)
  expect(places.refusal('a')).toBe('overShare')
  expect(takeAll(places, 'b')).toBe(667)
  for (let place = 0; place < 1000; place += 1) places.leave('a')
  expect(places.taken).toBe(667)
  expect(places.refusal('a')).toBeUndefined()
})

test('eight addresses leave a fifth for others', () => {
  const places = new FairPlaces(1000)
  const addresses = Array.from({ length: 8 }, (_, at) => `griefer ${at}`)
  for (let turn = 0; turn < 1000; turn += 1) {
    for (const each of addresses) if (places.refusal(each) === undefined) places.take(each)
  }
  expect(1000 - places.taken).toBeGreaterThanOrEqual(200)
  expect(places.refusal('visitor')).toBeUndefined()
})

test('no more are taken than there are, and who has none gets the last one', () => {
  const address = fc.integer({ min: 0, max: 30 }).map(String)
  fc.assert(
    fc.property(fc.array(address, { maxLength: 200 }), (comers) => {
      const places = new FairPlaces(20)
      for (const each of comers) if (places.refusal(each) === undefined) places.take(each)
      expect(places.taken).toBeLessThanOrEqual(20)
      expect(places.refusal('new')).toBe(places.taken === 20 ? 'full' : undefined)
    }),
  )
})

function takeAll(places: FairPlaces, address: string): number {
  let taken = 0
  for (; places.refusal(address) === undefined; taken += 1) places.take(address)
  return taken
}
