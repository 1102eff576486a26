import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  followFreeze,
  freezeLadder,
  IllegalFreezeError,
  nextFreezeStep,
  type FreezeEvent,
  type FreezeMark,
  type FreezeStep,
} from './freeze-ladder.ts'

const DAY = 86_400
const events: readonly FreezeEvent[] = ['freeze', 'pay', 'wait']

test('what is frozen is kept for 30 days, may be taken out for 14 more, and is erased then', () => {
  const frozen = followFreeze(undefined, 1000)
  expect(frozen).toEqual({ step: 'frozen', since: 1000 })
  expect(followFreeze(frozen, 1000 + 30 * DAY - 1)).toBe(frozen)
  const exporting = followFreeze(frozen, 1000 + 30 * DAY)
  expect(exporting).toEqual({ step: 'exporting', since: 1000 + 30 * DAY })
  expect(followFreeze(exporting, 1000 + 44 * DAY - 1)).toBe(exporting)
  const erased = followFreeze(exporting, 1000 + 44 * DAY)
  expect(erased.step).toBe('erased')
  expect(followFreeze(erased, 1000 + 99 * DAY)).toBe(erased)
})

test('whenever somebody looks, each step lasts as long as it should, also where time goes back', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100 * DAY), { minLength: 1 }), (looks) => {
      const steps: number[] = []
      let mark: FreezeMark | undefined
      for (const now of looks) {
        const next = followFreeze(mark, now)
        if (next.step !== mark?.step) steps.push(now)
        mark = next
      }
      const [frozenAt = 0, exportingAt, erasedAt] = steps
      if (exportingAt !== undefined) expect(exportingAt - frozenAt).toBeGreaterThanOrEqual(30 * DAY)
      if (erasedAt !== undefined) {
        expect(erasedAt - (exportingAt ?? 0)).toBeGreaterThanOrEqual(14 * DAY)
      }
    }),
  )
})

test('nothing is erased before the end of the ladder, whatever happens, and paying ends it from everywhere else', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...events), { maxLength: 40 }), (script) => {
      let step: FreezeStep = 'running'
      let waits = 0
      for (const event of script) {
        const isKnown = Object.hasOwn(freezeLadder[step], event)
        if (!isKnown) {
          expect(() => nextFreezeStep(step, event)).toThrow(IllegalFreezeError)
          continue
        }
        step = nextFreezeStep(step, event)
        waits = event === 'wait' ? waits + 1 : 0
        if (step === 'erased') expect(waits).toBe(2)
      }
      if (step === 'frozen' || step === 'exporting') {
        expect(nextFreezeStep(step, 'pay')).toBe('running')
      }
    }),
  )
})

test('what a step does not know is told with what it does', () => {
  expect(() => nextFreezeStep('erased', 'pay')).toThrowErrorMatchingInlineSnapshot(
    `[IllegalFreezeError: An instance that is erased knows no pay; it knows nothing.]`,
  )
})
