import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  IllegalStreamEventError,
  nextStreamState,
  streamTransitions,
  type StreamState,
} from './stream-life.ts'

const events = fc.array(fc.constantFrom('sendEnd', 'receiveEnd', 'reset'), { maxLength: 6 })

test('no script of events leaves the table, and nothing leads out of closed', () => {
  fc.assert(
    fc.property(events, (script) => {
      let state: StreamState = 'open'
      for (const event of script) {
        try {
          state = nextStreamState(state, event)
        } catch (failure) {
          expect(failure).toBeInstanceOf(IllegalStreamEventError)
          expect(Object.keys(streamTransitions[state])).not.toContain(event)
        }
      }
      expect(Object.keys(streamTransitions)).toContain(state)
    }),
  )
  expect(streamTransitions.closed).toEqual({})
})

test('a refusal names what is allowed', () => {
  expect(() => nextStreamState('halfClosedLocal', 'sendEnd')).toThrowErrorMatchingInlineSnapshot(
    `[IllegalStreamEventError: A stream that is halfClosedLocal cannot sendEnd; it can: receiveEnd, reset.]`,
  )
})
