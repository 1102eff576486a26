import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  freezeLadder,
  freezeStepAt,
  freezeStepSeconds,
  IllegalFreezeError,
  nextFreezeStep,
  type FreezeEvent,
  type FreezeStep,
} from './freeze-ladder.ts'

const DAY = 86_400
const events: readonly FreezeEvent[] = ['freeze', 'pay', 'wait']

test('what is frozen is kept for 30 days, may be taken out for 14 more, and is erased then', () => {
  expect(freezeStepAt(0, 0)).toBe('frozen')
  expect(freezeStepAt(0, 30 * DAY - 1)).toBe('frozen')
  expect(freezeStepAt(0, 30 * DAY)).toBe('exporting')
  expect(freezeStepAt(0, 44 * DAY - 1)).toBe('exporting')
  expect(freezeStepAt(0, 44 * DAY)).toBe('erased')
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

test('time leads down the steps of the table, one after the other', () => {
  const at = (seconds: number) => freezeStepAt(1000, 1000 + seconds)
  const { frozen, exporting } = freezeStepSeconds
  expect(at(frozen)).toBe(nextFreezeStep(at(frozen - 1), 'wait'))
  expect(at(frozen + exporting)).toBe(nextFreezeStep(at(frozen + exporting - 1), 'wait'))
})

test('what a step does not know is told with what it does', () => {
  expect(() => nextFreezeStep('erased', 'pay')).toThrowErrorMatchingInlineSnapshot(
    `[IllegalFreezeError: An instance that is erased knows no pay; it knows nothing.]`,
  )
})
