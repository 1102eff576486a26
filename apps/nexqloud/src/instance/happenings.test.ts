import { expect, test } from 'vitest'

import { mergeHappenings } from './happenings.ts'
import type { KubeEvent } from './view.ts'

test('what the API and the record both have is there once, in the order of time', () => {
  const events = [
    event('Scheduled', '2026-11-26T10:00:00Z'),
    event('Started', '2026-11-26T10:00:02Z'),
  ]
  const record = {
    events: [
      recorded('Pulling', '2026-11-26T10:00:01.200Z'),
      recorded('Started', '2026-11-26T10:00:02.000Z'),
      recorded('UserStopped', '2026-11-26T09:00:00.000Z'),
    ],
  }
  const causes = mergeHappenings(events, record).map(({ cause }) => cause)
  expect(causes).toEqual(['UserStopped', 'Scheduled', 'Pulling', 'Started'])
})

test('without a record there is what the API has', () => {
  const [only] = mergeHappenings([event('Started', '2026-11-26T10:00:02Z')], undefined)
  expect(only).toEqual({
    at: '2026-11-26T10:00:02Z',
    cause: 'Started',
    message: 'It did.',
    actor: 'agent',
    device: '',
  })
})

function event(reason: string, lastTimestamp: string): KubeEvent {
  return {
    metadata: {},
    involvedObject: { kind: 'Pod', name: 'web' },
    reason,
    message: 'It did.',
    reportingComponent: 'agent',
    lastTimestamp,
  }
}

function recorded(cause: string, at: string) {
  const device = 'device-1'
  return {
    at,
    cause,
    type: 'Normal',
    actor: '',
    message: 'It did.',
    evidence: '',
    device,
    pod: 'p1',
  }
}
