import { parseDeviceId, parseMasternodeId } from '@nexqloud/kernel'
import type { RecordedEvent } from '@nexqloud/store'
import { expect, test } from 'vitest'

import { scoresOf } from '../../test/device-logs.ts'
import { createMeasureObserver } from './measure-observer.ts'

const by = {
  device: parseDeviceId(7),
  tlsKeyHash: `0x${'7'.repeat(64)}`,
  masternode: parseMasternodeId(2),
} as const
const findings = {
  single: 900,
  all: 1700,
  threads: 2,
  memory: 8000,
  storage: 900,
  memoryMebibytes: 16_384,
  freeMebibytes: 100_000,
  down: 90_000,
  up: 40_000,
}
const [none, some] = [scoresOf(0), scoresOf(1000)]

test.each([
  { cause: 'first', before: none, scores: scoresOf(1000), recorded: 'Measured' },
  { cause: 'unchanged', before: some, scores: scoresOf(905), recorded: 'MeasuredAgain' },
  { cause: 'changed', before: some, scores: scoresOf(400), recorded: 'ScoreChanged' },
  { cause: 'unanswered', before: some, scores: undefined, recorded: 'MeasurementUnanswered' },
])(
  '$cause: the record has its reason in a line, and the device is told',
  ({ cause, before, scores, recorded }) => {
    const { observer, events, told } = setup()
    observer.onScores(by, { before, scores, findings: scores && findings })
    expect(told).toEqual([cause])
    expect(events).toMatchObject([
      { subject: 'device', name: 'device-7', cause: recorded, actor: 'masternode 2' },
    ])
  },
)

test('a score that changed is told with numbers, and what it follows from', () => {
  const { observer, events } = setup()
  observer.onScores(by, { before: scoresOf(1000), scores: scoresOf(400), findings })
  expect(events.map(({ message, evidence }) => `${message}\n${evidence}`).join('\n'))
    .toMatchInlineSnapshot(`
    "It was measured again, and has changed: CPU 1000 to 400, memory 1000 to 400, storage 1000 to 400, line 1000 to 400.
    900 thousand hashes a second on one thread; 1700 on 2; memory 8000 MiB/s of 16384 MiB; storage 900 MiB/s, 100000 MiB free; line 90000 kbit/s down, 40000 up"
  `)
})

test('one that was not there when the others began is told so, and what follows', () => {
  const { observer, events, told } = setup()
  const found = { before: some, scores: scoresOf(500), findings: undefined }
  observer.onScores(by, { ...found, missed: { among: 4, hasFallen: false } })
  observer.onScores(by, { ...found, missed: { among: 2, hasFallen: true } })
  expect(told).toEqual(['missedStart', 'missedStart'])
  expect(events.map(({ cause, message }) => `${cause}: ${message}`)).toMatchInlineSnapshot(`
    [
      "MissedStart: It was ordered to be measured together with 3 other devices of its owner or its network, and was not there when they began. Once more, and it counts as one machine with them.",
      "MissedStart: It was ordered to be measured together with another device of its owner or its network, and was not there when they began. That is the second time in a row: it counts as one machine with them.",
    ]
  `)
})

test('one that says it is imitated is refused by that name', () => {
  const { observer, events, told } = setup()
  observer.onForged(by, { kind: 'forged', part: 'single', forgery: 'imitated' })
  expect(told).toEqual(['imitated'])
  expect(events.map(({ cause, message }) => `${cause}: ${message}`)).toMatchInlineSnapshot(`
    [
      "MeasurementImitated: Its answer was refused, and nothing of it counts: it says that it imitates a machine, and those are measured on a local network alone.",
    ]
  `)
})

test('a copied answer is one line that says so', () => {
  const { observer, events, told } = setup()
  observer.onForged(by, { kind: 'forged', part: 'single', forgery: 'otherDevice' })
  expect(told).toEqual(['forged'])
  expect(events.map(({ message }) => message)).toMatchInlineSnapshot(`
    [
      "Its answer was refused, and nothing of it counts: it is another device's.",
    ]
  `)
})

test('devices that look as one machine are told, each of the others; old verdicts were told before', () => {
  const { observer, events, told } = setup()
  const devices = [1, 2].map(parseDeviceId)
  const measured = devices.map((device) => ({ device, alone: 1000, together: 500 }))
  const verdict = { start: 1_700_000_000, measured, found: devices, confirmed: [] }
  observer.onVerdict(by.masternode, verdict)
  observer.onVerdict(by.masternode, { ...verdict, confirmed: devices })
  observer.onVerdict(by.masternode, { ...verdict, start: 1_600_000_000 })
  expect(told).toEqual(['together', 'together', 'sharesMachine', 'sharesMachine'])
  expect([events[0], events[2]].map((event) => event?.message)).toMatchInlineSnapshot(`
    [
      "It fell together with 2: once more, and they are one machine.",
      "It fell together with 2 twice in a row: they are one machine, and count as what that has.",
    ]
  `)
})

test('one that says that it has more than was measured has a line of its own', () => {
  const { observer, events } = setup({ cpus: 64, memoryBytes: 2 ** 40 })
  observer.onScores(by, { before: none, scores: scoresOf(1000), findings })
  expect(events.map(({ cause }) => cause)).toEqual(['Measured', 'ClaimsMore'])
  expect(events[1]?.message).toMatchInlineSnapshot(
    `"It says that it has more than was measured of it (cpus, memory); its scores follow from what was measured."`,
  )
})

function setup(claimed = { cpus: 2, memoryBytes: 16 * 2 ** 30 }) {
  const events: RecordedEvent[] = []
  const told: string[] = []
  const observer = createMeasureObserver({
    note: (event) => events.push(event),
    tell: (_, cause) => told.push(cause),
    claimOf: () => claimed,
    keyOf: () => by.tlsKeyHash,
    clock: { wallMs: () => 1_700_000_100_000 },
  })
  return { observer, events, told }
}
