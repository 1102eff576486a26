import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createGate } from './gate.ts'

test('never are more inside than may be, all come in, in their order, and what fails keeps nobody out', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.record({ ticks: fc.nat(3), fails: fc.boolean() }), { maxLength: 20 }),
      async (atOnce, actions) => {
        const pass = createGate(atOnce)
        const begun: number[] = []
        let [inside, most] = [0, 0]
        const results = await Promise.allSettled(
          actions.map(({ ticks, fails }, index) =>
            pass(async () => {
              begun.push(index)
              inside += 1
              most = Math.max(most, inside)
              for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve()
              inside -= 1
              if (fails) throw new RangeError('it failed')
              return index
            }),
          ),
        )
        expect(begun).toEqual(actions.map((_, index) => index))
        expect(most).toBeLessThanOrEqual(atOnce)
        expect(results.map(({ status }) => status === 'rejected')).toEqual(
          actions.map(({ fails }) => fails),
        )
      },
    ),
  )
})
