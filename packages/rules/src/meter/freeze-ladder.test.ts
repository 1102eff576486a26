import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  followFreeze,
  freezeLadder,
  IllegalFreezeError,
  isUntold,
  nextFreezeStep,
  type FreezeEvent,
  type FreezeMark,
  type FreezeStep,
} from './freeze-ladder.ts'

const DAY = 86_400
const events: readonly FreezeEvent[] = ['freeze', 'pay', 'wait']

test('what is frozen is kept for 30 days, may be taken out for 14 more once that was told, and is erased then', () => {
  const frozen = followFreeze(undefined, 1000)
  expect(frozen).toEqual({ step: 'frozen', since: 1000 })
  expect(followFreeze(frozen, 1000 + 30 * DAY - 1)).toBe(frozen)
  const exporting = followFreeze(frozen, 1000 + 30 * DAY)
  expect(exporting).toEqual({ step: 'exporting', since: 1000 + 30 * DAY })
  const toldAt = 1000 + 33 * DAY
  const told = { ...exporting, toldAt }
  expect([frozen, exporting, told].map(isUntold)).toEqual([false, true, false])
  expect(followFreeze(told, toldAt + 14 * DAY - 1)).toBe(told)
  const erased = followFreeze(told, toldAt + 14 * DAY)
  expect(erased).toEqual({ step: 'erased', since: toldAt + 14 * DAY, toldAt })
  expect(isUntold(erased)).toBe(false)
  expect(followFreeze(erased, 1000 + 99 * DAY)).toBe(erased)
})

test('whenever somebody looks, each step lasts as long as it should, also where time goes back, and nothing is erased untold', () => {
  const look = fc.record({ now: fc.nat(200 * DAY), isToldThen: fc.boolean() })
  fc.assert(
    fc.property(fc.array(look, { minLength: 1, maxLength: 40 }), (looks) => {
      const steps: number[] = []
      let mark: FreezeMark | undefined
      let toldAt: number | undefined
      for (const { now, isToldThen } of looks) {
        const next = followFreeze(mark, now)
        if (next.step !== mark?.step) steps.push(now)
        mark = next
        if (!isToldThen || !isUntold(next)) continue
        toldAt = now
        mark = { ...next, toldAt }
      }
      const [frozenAt = 0, exportingAt, erasedAt] = steps
      if (exportingAt !== undefined) expect(exportingAt - frozenAt).toBeGreaterThanOrEqual(30 * DAY)
      if (erasedAt === undefined) return
      expect(mark).toMatchObject({ step: 'erased', since: erasedAt, toldAt })
      expect(erasedAt - (toldAt ?? Infinity)).toBeGreaterThanOrEqual(14 * DAY)
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
