import { parsePeriod } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { stepsToWait } from './turn.ts'

test('in each period each has a turn of its own, and each is first once in as many periods', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 256 }), fc.nat(100_000), (count, number) => {
      const places = Array.from({ length: count }, (_, place) => place)
      const period = parsePeriod(number)
      const steps = places.map((place) => stepsToWait({ place, count, period }))
      expect(steps.toSorted((left, right) => left - right)).toEqual(places)
      expect(steps.indexOf(0)).toBe(number % count)
    }),
  )
})
