import { parseDeviceId } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { calendar, instanceOf } from '../../test/witness.ts'
import { minuteAfter, minuteAt } from './minute.ts'
import { createWitnessBook, SILENCE_MS } from './witness-book.ts'

const startMs = calendar.genesisTime * 1000
const device = parseDeviceId(1)
const instance = instanceOf(1n)
const web = { uid: 'u1', namespace: 'default', name: 'web', instance }
const first = minuteAt(calendar, startMs)
const second = minuteAfter(calendar, first)

test('a pod that runs on a device that beats has each second of the minute', () => {
  const book = setup()
  book.report(0, true)
  book.beatUntil(75)
  expect(book.take(first)).toEqual({
    index: 0,
    devices: [device],
    runs: [{ instance, device, seconds: 60 }],
  })
  expect(book.take(second).runs).toMatchObject([{ seconds: 15 }])
})

test('seconds of a silence of ten seconds are nobody’s, and those of a shorter one are', () => {
  const book = setup()
  book.report(0, true)
  book.heard(device, startMs + 9999)
  book.heard(device, startMs + 20_000)
  expect(book.take(first).runs).toMatchObject([{ seconds: 9 }])
})

test('a pod counts from the report that it runs to the one that it does not', () => {
  const book = setup()
  book.beatUntil(10)
  book.report(10.5, true)
  book.beatUntil(20)
  book.report(20.5, false)
  book.beatUntil(30)
  expect(book.take(first).runs).toMatchObject([{ seconds: 10 }])
})

test('a device that was heard is seen without any pod, and one that was not is not', () => {
  const book = setup()
  book.heard(device, startMs + 1)
  expect(book.take(first)).toEqual({ index: 0, devices: [device], runs: [] })
  expect(book.take(second)).toEqual({ index: 1, devices: [], runs: [] })
})

test('what comes for a minute that was taken changes nothing', () => {
  const book = setup()
  book.report(58, true)
  expect(book.take(first).devices).toEqual([device])
  book.heard(device, startMs + 62_000)
  expect(book.take(first)).toEqual({ index: 0, devices: [], runs: [] })
  expect(book.take(second).devices).toEqual([device])
})

test('a probe that does not hold takes what ran since the last one that held, and what comes until the next', () => {
  const book = setup()
  book.report(0, true)
  book.beatUntil(10)
  expect(book.probe(10, true)).toBe(false)
  book.beatUntil(30)
  expect(book.probe(30, false)).toBe(true)
  book.beatUntil(40)
  expect(book.probe(40, false)).toBe(false)
  expect(book.probe(50, true)).toBe(true)
  book.beatUntil(60)
  expect(book.take(first).runs).toMatchObject([{ seconds: 20 }])
})

test('a pod that no probe has asked yet counts as it is told, and a minute that was taken stays', () => {
  const book = setup()
  book.report(0, true)
  book.beatUntil(75)
  expect(book.take(first).runs).toMatchObject([{ seconds: 60 }])
  book.probe(76, false)
  book.beatUntil(120)
  expect(book.take(second).runs).toEqual([])
})

test('a pod whose probe does not hold is not believed because it ended and began again, or dialled anew', () => {
  const book = setup()
  book.report(0, true)
  book.probe(5, false)
  book.report(6, false)
  book.report(7, true)
  book.beatUntil(60)
  expect(book.take(first).runs).toEqual([])
})

test('a pod that gets another payer within a minute has its seconds with both, and one that nobody pays for has none', () => {
  const book = setup()
  book.report(0, true)
  book.beatUntil(20)
  const other = instanceOf(2n)
  book.heard(device, startMs + 20_000)
  book.reported(device, { pod: { ...web, instance: other }, isRunning: true }, startMs + 20_000)
  book.beatUntil(30)
  book.reported(device, { pod: { ...web, instance: undefined }, isRunning: true }, startMs + 30_000)
  book.beatUntil(60)
  expect(book.take(first).runs).toEqual([
    { instance, device, seconds: 20 },
    { instance: other, device, seconds: 10 },
  ])
})

test('a pod and the one that replaces it on the same device are one instance, which has no more than its minute', () => {
  const book = setup()
  book.report(0, true)
  book.reported(device, { pod: { ...web, uid: 'u2' }, isRunning: true }, startMs)
  book.beatUntil(60)
  expect(book.take(first).runs).toEqual([{ instance, device, seconds: 60 }])
})

test('whatever happens when, probes that hold change nothing, and others add nothing', () => {
  const event = fc.record({
    passMs: fc.nat(9999),
    does: fc.constantFrom('beat', 'run', 'end', 'probe', 'fail'),
  })
  const secondsOf = (steps: readonly { passMs: number; does: string }[], failsToo: boolean) => {
    const book = setup()
    let nowMs = 0
    for (const { passMs, does } of steps) {
      nowMs += passMs
      if (does === 'run' || does === 'end') book.report(nowMs / 1000, does === 'run')
      else if (does === 'probe') book.probe(nowMs / 1000, true)
      else if (does === 'fail' && failsToo) book.probe(nowMs / 1000, false)
      else book.heard(device, startMs + nowMs)
    }
    const minutes = []
    for (let at = first; at.startMs <= startMs + nowMs; at = minuteAfter(calendar, at)) {
      minutes.push(book.take(at).runs.reduce((sum, { seconds }) => sum + seconds, 0))
    }
    return minutes
  }
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (steps) => {
      const unprobed = steps.map((step) =>
        step.does === 'probe' ? { ...step, does: 'beat' } : step,
      )
      const believed = secondsOf(unprobed, false)
      expect(secondsOf(steps, false)).toEqual(believed)
      const failed = secondsOf(steps, true)
      expect(failed.every((seconds, index) => seconds <= (believed[index] ?? 0))).toBe(true)
    }),
  )
})

test('whatever happens when, nothing runs for longer than its device was heard', () => {
  const step = fc.record({
    passMs: fc.nat(25_000),
    does: fc.constantFrom('beat', 'run', 'end'),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const book = setup()
      let [nowMs, livedMs] = [0, 0]
      let heardMs: number | undefined
      for (const { passMs, does } of steps) {
        nowMs += passMs
        if (does === 'beat') book.heard(device, startMs + nowMs)
        else book.report(nowMs / 1000, does === 'run')
        const silentMs = nowMs - (heardMs ?? nowMs)
        livedMs += silentMs < SILENCE_MS ? silentMs : 0
        heardMs = nowMs
      }
      let [minute, seconds] = [first, 0]
      for (; minute.startMs <= startMs + nowMs; minute = minuteAfter(calendar, minute)) {
        const { devices, runs } = book.take(minute)
        for (const run of runs) {
          expect(devices).toContain(run.device)
          expect(run.seconds).toBeLessThanOrEqual(60)
          seconds += run.seconds
        }
      }
      expect(seconds).toBeLessThanOrEqual(livedMs / 1000)
    }),
  )
})

function setup() {
  const book = createWitnessBook((ms) => minuteAt(calendar, ms))
  let beat = 0
  return {
    ...book,
    report: (at: number, isRunning: boolean) => {
      beat = at
      book.reported(device, { pod: web, isRunning }, startMs + at * 1000)
    },
    probe: (at: number, holds: boolean) => {
      beat = at
      return book.probed(device, { uid: web.uid, holds }, startMs + at * 1000)
    },
    beatUntil: (end: number) => {
      for (; beat < end; beat = Math.min(end, beat + 2)) {
        book.heard(device, startMs + beat * 1000)
      }
      book.heard(device, startMs + end * 1000)
    },
  }
}
