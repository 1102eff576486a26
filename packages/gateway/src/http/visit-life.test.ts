import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  IllegalVisitEventError,
  nextVisitState,
  visitTransitions,
  type VisitState,
} from './visit-life.ts'

const events = fc.array(fc.constantFrom('send', 'wait', 'next', 'drain', 'upgrade', 'end'), {
  maxLength: 8,
})

test('no script of events leaves the table, and nothing but an end follows an end', () => {
  fc.assert(
    fc.property(events, (script) => {
      let state: VisitState = 'head'
      for (const event of script) {
        try {
          state = nextVisitState(state, event)
        } catch (failure) {
          expect(failure).toBeInstanceOf(IllegalVisitEventError)
          expect(Object.keys(visitTransitions[state])).not.toContain(event)
        }
      }
      expect(Object.keys(visitTransitions)).toContain(state)
    }),
  )
  expect(visitTransitions.ending).toEqual({ end: 'ending' })
})

test('a refusal names what is allowed', () => {
  expect(() => nextVisitState('draining', 'send')).toThrowErrorMatchingInlineSnapshot(
    `[IllegalVisitEventError: A connection that is draining cannot send; it can: next, end.]`,
  )
})
