import fc from 'fast-check'
import { expect, test } from 'vitest'

import { LoginRoom, type Arrival } from './login-room.ts'

test('there are never more than there is room for, and an honest one that comes last stays', () => {
  const one = fc.record({
    address: fc.constantFrom('a', 'b', 'c'),
    instance: fc.constantFrom('x', 'y'),
  })
  fc.assert(
    fc.property(fc.array(one, { maxLength: 60 }), (arrivals) => {
      const inside = new Set<Arrival>()
      const room = new LoginRoom({ logins: 8, loginsPerInstance: 5 })
      const enter = (who: Omit<Arrival, 'onCrowdedOut'>): Arrival => {
        const arrival: Arrival = { ...who, onCrowdedOut: () => inside.delete(arrival) }
        inside.add(arrival)
        room.enter(arrival)
        return arrival
      }
      for (const arrival of arrivals) enter(arrival)
      const honest = enter({ address: 'honest', instance: 'x' })
      expect(inside.has(honest)).toBe(true)
      expect(room.size).toBe(inside.size)
      expect(inside.size).toBeLessThanOrEqual(8)
      const ofX = [...inside].filter(({ instance }) => instance === 'x')
      expect(ofX.length).toBeLessThanOrEqual(5)
    }),
  )
})

test('the oldest of whoever holds most places goes first', () => {
  const gone: string[] = []
  const room = new LoginRoom({ logins: 3, loginsPerInstance: 3 })
  const enter = (name: string, address: string) =>
    room.enter({ instance: 'x', address, onCrowdedOut: () => gone.push(name) })
  enter('patient', 'b')
  enter('first', 'a')
  enter('second', 'a')
  enter('third', 'a')
  expect(gone).toEqual(['first'])
})
