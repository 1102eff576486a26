import { createManualClock, parseMasternodeId } from '@nexqloud/kernel'
import type { RecordedEvent } from '@nexqloud/store'
import { expect, test } from 'vitest'

import { createProbeNotes, type ProbeSign } from './probe-event.ts'

const signs = ['silent', 'held', 'ended', 'unanswered', 'lives'] as const satisfies ProbeSign[]

test('a turn is told in a line, with what was found', () => {
  const { note, events } = setup()
  for (const sign of signs) note(sign)
  expect(events.map(({ cause, message }) => `${cause}: ${message}`)).toMatchInlineSnapshot(`
    [
      "ProbeFailed: device-7 says that it runs, but the network that its container is in does not answer: its seconds are not witnessed, until a probe finds it running.",
      "ProbeFailed: device-7 says that it runs, but its container is kept from running, by somebody outside of it: its seconds are not witnessed, until a probe finds it running.",
      "ProbeFailed: device-7 says that it runs, but no container of it runs: its seconds are not witnessed, until a probe finds it running.",
      "ProbeFailed: device-7 says that it runs, but its device does not answer for it: its seconds are not witnessed, until a probe finds it running.",
      "ProbeHolds: A probe found it running: its seconds are witnessed again.",
    ]
  `)
  expect(new Set(events.map(({ key }) => key)).size).toBe(signs.length)
})

test('a device that flaps fills no database', async () => {
  const { note, events, clock } = setup()
  for (let turn = 0; turn < 5000; turn += 1) note(turn % 2 === 0 ? 'held' : 'lives')
  expect(events).toHaveLength(1000)
  await clock.pass(600_000)
  for (let turn = 0; turn < 5000; turn += 1) note('held')
  expect(events).toHaveLength(1010)
  note('held', 'device-8')
  expect(events).toHaveLength(1011)
})

function setup() {
  const clock = createManualClock()
  const events: RecordedEvent[] = []
  const add = createProbeNotes(parseMasternodeId(1), clock, (event) => events.push(event))
  let atMs = 0
  return {
    clock,
    events,
    note: (sign: ProbeSign, device = 'device-7') => {
      atMs += 1
      add({ device, pod: { uid: 'u', namespace: 'acme', name: 'web' }, sign, atMs })
    },
  }
}
