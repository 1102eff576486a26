/** What every record store does, whatever database it is in. */

import { randomUUID } from 'node:crypto'

import { parseMasternodeId } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import type { RecordedEvent } from '../src/record/event.ts'
import { GAP_ORDINAL, logKept, type LogLine, type LogStream } from '../src/record/log.ts'
import type { RecordStore } from '../src/record/record-store.ts'

const now = new Date('2026-03-01T00:00:00Z')
const daysAgo = (days: number): Date => new Date(now.getTime() - days * 86_400_000)

/** Runs the suite over a store that is open; each test takes names that no other one has. */
export function describeRecordStore(store: () => RecordStore): void {
  describeEvents(store)
  describeLogs(store)
  describeAge(store)
}

function describeEvents(store: () => RecordStore): void {
  test('events read as they were written, the newest of them, oldest first', async () => {
    const subject = newSubject()
    const events = [1, 2, 3].map((count) =>
      eventOf(subject, { key: randomUUID(), at: daysAgo(9 - count) }),
    )
    await store().putEvents(events.toReversed())
    expect(await store().readEvents(subject, 10)).toEqual(events)
    expect(await store().readEvents(subject, 2)).toEqual(events.slice(1))
    expect(await store().readEvents(newSubject(), 10)).toEqual([])
    await store().putEvents([])
  })

  test('an event that is written again is there once, and evidence that comes later is taken', async () => {
    const subject = newSubject()
    const key = randomUUID()
    const [plain, full] = ['', 'silent for 30 s'].map((evidence) =>
      eventOf(subject, { key, evidence, actor: evidence === '' ? 'driver' : 'healer' }),
    ) as [RecordedEvent, RecordedEvent]
    await store().putEvents([plain, plain])
    expect(await store().readEvents(subject, 10)).toEqual([plain])
    await store().putEvents([full])
    await store().putEvents([plain])
    expect(await store().readEvents(subject, 10)).toEqual([full])
  })

  test('whatever text a stranger gives is kept, as far as a database can', async () => {
    const subject = newSubject()
    const message = "'; drop table event; -- \0 \uD800 ✓"
    await store().putEvents([eventOf(subject, { message })])
    const [event] = await store().readEvents(subject, 1)
    expect(event?.message).toBe("'; drop table event; -- \u{FFFD} \u{FFFD} ✓")
    const stream = newStream()
    await store().putLines(stream, [lineOf(0, { text: 'x'.repeat(100_000) })], now)
    const [line] = await store().readLines(stream, 1)
    expect(line?.text).toHaveLength(16_385)
  })
}

function describeLogs(store: () => RecordStore): void {
  test('lines stand in the order of their times, and in the order of one moment', async () => {
    const stream = newStream()
    const lines = [lineOf(1), lineOf(2), lineOf(2, { ordinal: 1 }), lineOf(10)]
    expect(await store().lastLineAt(stream)).toBeUndefined()
    await store().putLines(stream, lines.toReversed(), now)
    await store().putLines(stream, lines, daysAgo(-1))
    expect(await store().readLines(stream, 10)).toEqual(lines)
    expect(await store().readLines(stream, 2)).toEqual(lines.slice(2))
    expect(await store().lastLineAt(stream)).toBe(lineOf(10).at)
    expect(await store().listStreams(stream)).toEqual([
      { ...stream, startedAt: now, writtenAt: daysAgo(-1) },
    ])
  })

  test('what is said of lost lines stands behind those of its moment', async () => {
    const stream = newStream()
    const gap = lineOf(1, { ordinal: GAP_ORDINAL, isGap: true, text: 'lost' })
    const lines = [lineOf(1), lineOf(1, { ordinal: 1 }), gap, lineOf(2)]
    await store().putLines(stream, [gap, ...lines], now)
    expect(await store().readLines(stream, 10)).toEqual(lines)
  })

  test('of a container that writes too much, the newest stays', async () => {
    const [many, large] = [newStream(), newStream()]
    const count = logKept.lines + 500
    const lines = Array.from({ length: count }, (_, index) => lineOf(index))
    await store().putLines(many, lines, now)
    const texts = Array.from({ length: 100 }, (_, index) =>
      lineOf(index, { text: 'y'.repeat(16_000) }),
    )
    await store().putLines(large, texts, now)
    await store().prune(now)
    const kept = await store().readLines(many, count)
    expect([kept.length, kept.at(-1)?.at]).toEqual([logKept.lines, lineOf(count - 1).at])
    const left = await store().readLines(large, count)
    expect(left).toHaveLength(Math.floor(logKept.bytes / 16_000))
    expect(left.at(-1)).toEqual(texts.at(-1))
  })
}

function describeAge(store: () => RecordStore): void {
  test('what is old goes, and what was written to lately stays whole', async () => {
    const [old, young] = [newStream(), newStream()]
    await store().putLines(old, [lineOf(1)], daysAgo(15))
    await store().putLines(young, [lineOf(1)], daysAgo(13))
    const subject = newSubject()
    await store().putEvents([
      eventOf(subject, { key: randomUUID(), at: daysAgo(91) }),
      eventOf(subject, { key: randomUUID(), at: daysAgo(89) }),
    ])
    await store().prune(now)
    expect(await store().readLines(old, 10)).toEqual([])
    expect(await store().listStreams(old)).toEqual([])
    expect(await store().readLines(young, 10)).toHaveLength(1)
    expect(await store().readEvents(subject, 10)).toHaveLength(1)
  })

  test('a time without a database is one row, however often it is told', async () => {
    const masternode = parseMasternodeId(4_000_000_000)
    const outage = { masternode, from: daysAgo(2), until: daysAgo(1), why: 'away' }
    await store().putOutage(outage)
    await store().putOutage({ ...outage, until: now })
    expect(await store().readOutages(daysAgo(1))).toEqual([{ ...outage, until: now }])
    expect(await store().readOutages(daysAgo(-1))).toEqual([])
  })
}

function newSubject() {
  return { subject: 'instance', namespace: randomUUID(), name: 'web' } as const
}

function newStream(): LogStream {
  const podUid = randomUUID()
  return { podUid, container: 'main', namespace: podUid, name: 'web', device: 'device-1' }
}

function eventOf(
  subject: ReturnType<typeof newSubject>,
  more: Partial<RecordedEvent> = {},
): RecordedEvent {
  return {
    key: randomUUID(),
    podUid: 'u1',
    device: 'device-1',
    type: 'Warning',
    cause: 'DeviceLost',
    actor: 'healer',
    message: 'Stopped',
    evidence: '',
    at: now,
    ...subject,
    ...more,
  }
}

function lineOf(millisecond: number, more: Partial<LogLine> = {}): LogLine {
  const at = new Date(now.getTime() + millisecond).toISOString().replace('Z', '000000Z')
  return { at, ordinal: 0, isGap: false, text: `line ${millisecond}`, ...more }
}
