import { FairPlaces } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createHeldBytes, HeldTooMuchError } from './held-bytes.ts'

test('no session holds more than it may, nor do all together, and what was left is free', () => {
  const step = fc.record({ session: fc.nat(3), bytes: fc.integer({ min: -40, max: 60 }) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const all = new FairPlaces(150)
      const sessions = [0, 1, 2, 3].map((index) => ({
        held: 0,
        bytes: createHeldBytes({ most: 50, all, address: `${index % 2}` }),
      }))
      for (const { session: index, bytes } of steps) {
        const session = sessions[index] ?? expect.fail()
        try {
          const left = Math.min(session.held, -bytes)
          if (bytes > 0) session.bytes.take(bytes)
          else session.bytes.leave(left)
          session.held += bytes > 0 ? bytes : -left
        } catch (failure) {
          expect(failure).toBeInstanceOf(HeldTooMuchError)
        }
        expect(session.held).toBeLessThanOrEqual(50)
        expect(all.taken).toBe(sessions.reduce((sum, { held }) => sum + held, 0))
        expect(all.taken).toBeLessThanOrEqual(150)
      }
      for (const { bytes } of sessions) bytes.close()
      expect(all.taken).toBe(0)
    }),
  )
})

test('one address leaves room for others', () => {
  const all = new FairPlaces(300)
  const hold = (address: string) => createHeldBytes({ most: 300, all, address })
  hold('a').take(100)
  expect(() => hold('a').take(100)).toThrow(HeldTooMuchError)
  hold('b').take(90)
  expect(all.taken).toBe(190)
})
