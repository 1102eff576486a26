import { expect, test } from 'vitest'

import { frames } from '../frame/frame-table.ts'
import { Flight } from './flight.ts'
import { RoundTrip } from './round-trip.ts'

test.each([
  [2500, 70, 'what is on its way at least takes longer than the queue that is wanted'],
  [12_500, 14, 'a frame takes 5 ms'],
  [125_000, 8, 'the queue that is wanted'],
])(
  'a line of %d bytes a millisecond is filled, and %d ms queue on it: %s',
  (bytesPerMs, mostMs) => {
    const { send } = setup({ bytesPerMs, wayMs: 40 })
    send(2000)
    const { sentBytes, queueMs } = send(2000)
    expect(sentBytes).toBeGreaterThan(0.9 * 2000 * bytesPerMs)
    expect(queueMs).toBeLessThan(mostMs)
  },
)

test('a line that becomes slower is given less', () => {
  const line = { bytesPerMs: 125_000, wayMs: 40 }
  const { send } = setup(line)
  send(2000)
  line.bytesPerMs = 12_500
  send(2000)
  expect(send(1000).queueMs).toBeLessThan(60)
})

test('a way that becomes longer is filled after a while', () => {
  const line = { bytesPerMs: 12_500, wayMs: 20 }
  const { send } = setup(line)
  send(2000)
  line.wayMs = 120
  send(25_000)
  expect(send(2000).sentBytes).toBeGreaterThan(0.7 * 2000 * 12_500)
})

test('a processor that is always busy costs some of the pace, and not more and more of it', () => {
  const { send } = setup({ bytesPerMs: 125_000, wayMs: 40, busyMs: (at) => 20 + (at % 25) })
  send(4000)
  expect(send(2000).sentBytes).toBeGreaterThan(0.25 * 2000 * 125_000)
})

test('while little is sent, answers that come late lower no limit', () => {
  const { flight, send } = setup({ bytesPerMs: 125_000, wayMs: 40, busyMs: (at) => at % 50 })
  const before = flight.limitBytes
  for (let turn = 0; turn < 50; turn += 1) send(100, 1)
  expect(flight.limitBytes).toBeGreaterThanOrEqual(before / 2)
})

type Line = {
  bytesPerMs: number
  wayMs: number
  readonly busyMs?: (atMs: number) => number
}

/** A flight over a line, onto which everything that may be sent is. */
function setup(line: Line) {
  let nowMs = 0
  let freeMs = 0
  const flight = new Flight(() => nowMs)
  const roundTrip = new RoundTrip(() => nowMs)
  const pongs: { readonly atMs: number; readonly value: number }[] = []
  const sendFrame = (): void => {
    const bytes = frames.data.most
    flight.send(bytes)
    freeMs = Math.max(nowMs, freeMs) + bytes / line.bytesPerMs
    if (!flight.isProbeDue) return
    const lastMs = pongs.at(-1)?.atMs ?? 0
    const atMs = Math.max(lastMs, freeMs + line.wayMs + (line.busyMs?.(nowMs) ?? 0))
    pongs.push({ atMs, value: roundTrip.beginPing(flight.probe()) })
  }
  const takePongs = (): void => {
    for (let [next] = pongs; next !== undefined && next.atMs <= nowMs; [next] = pongs) {
      flight.arrive(roundTrip.endPing(next.value))
      pongs.shift()
    }
  }
  const send = (forMs: number, mostFrames = Infinity) => {
    const [untilMs, queues] = [nowMs + forMs, new Array<number>()]
    let frameCount = 0
    for (; nowMs < untilMs; nowMs += 0.25) {
      takePongs()
      for (; flight.hasRoom(false) && frameCount < mostFrames; frameCount += 1) sendFrame()
      queues.push(Math.max(0, freeMs - nowMs))
    }
    const queueMs = queues.toSorted((a, b) => a - b)[Math.floor(queues.length * 0.9)] ?? NaN
    return { sentBytes: frameCount * frames.data.most, queueMs }
  }
  return { flight, send }
}
