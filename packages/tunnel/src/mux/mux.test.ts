import { expect, test } from 'vitest'

import { settle } from '../../test/link-pair.ts'
import { connectMuxes, first, textOf } from '../../test/mux-end.ts'
import { LinkUnavailableError } from './errors.ts'
import { muxLimitsByDefault } from './limits.ts'
import { createWindowBudget } from './window-budget.ts'
import { LEAST_WINDOW_BYTES, MOST_WINDOW_BYTES } from './window.ts'

test('a stream carries bytes both ways to the target that was named', async () => {
  const { dialer, listener } = connectMuxes()
  const near = dialer.open('10.0.0.2:80', { isUrgent: true })
  near.stream.write(Buffer.from('GET'))
  await settle()
  const { record: far, target } = first(listener.accepted)
  expect(target.target.toString()).toBe('10.0.0.2:80')
  expect(target.isUrgent).toBe(true)
  expect(textOf(far)).toBe('GET')
  far.stream.write(Buffer.from('200 OK'))
  await settle()
  expect(textOf(near)).toBe('200 OK')
})

test('a target that does not fit is refused where it is made', async () => {
  const { dialer, listener } = connectMuxes()
  expect(() => dialer.open('x'.repeat(4097))).toThrow('A target has 4097 bytes; 4096 are the most.')
  dialer.open('x'.repeat(4096))
  await settle()
  expect(first(listener.accepted).target.target).toHaveLength(4096)
})

test('bytes whose memory is used again at once arrive as they were', async () => {
  const { dialer, listener } = connectMuxes()
  const near = dialer.open()
  await settle()
  const { stream } = first(listener.accepted).record
  const memory = Buffer.alloc(20_000)
  for (const letter of ['a', 'b', 'c', 'd']) stream.writeVolatile(memory.fill(letter))
  memory.fill('x')
  await settle()
  expect(textOf(near)).toBe(['a', 'b', 'c', 'd'].map((letter) => letter.repeat(20_000)).join(''))
})

test('both ends open streams', async () => {
  const { dialer, listener } = connectMuxes()
  const streams = [dialer, listener, dialer].map((end) => end.open().stream.id)
  await settle()
  expect(streams).toEqual([1, 2, 3])
  expect([dialer.accepted.length, listener.accepted.length]).toEqual([1, 2])
})

test('one direction ends after what was written, the other goes on', async () => {
  const { dialer, listener } = connectMuxes()
  const near = dialer.open()
  near.stream.write(Buffer.alloc(100_000))
  near.stream.end()
  await settle()
  const { record: far } = first(listener.accepted)
  expect([Buffer.concat(far.pieces).length, far.hasEnded]).toEqual([100_000, true])
  expect([near.stream.state, far.stream.state]).toEqual(['halfClosedLocal', 'halfClosedRemote'])
  far.stream.write(Buffer.from('all'))
  far.stream.end()
  await settle()
  expect([textOf(near), near.hasEnded]).toEqual(['all', true])
  expect([near.stream.state, far.stream.state]).toEqual(['closed', 'closed'])
  expect([dialer.mux.streamCount, listener.mux.streamCount]).toEqual([0, 0])
})

test('a reset tells the other end why, and only the other end', async () => {
  const { dialer, listener } = connectMuxes()
  const near = dialer.open()
  await settle()
  const { record: far } = first(listener.accepted)
  far.stream.reset('connectError', 'Nobody listens on port 80.')
  far.stream.reset('cancel')
  await settle()
  expect(near.reset).toEqual({ code: 'connectError', reason: 'Nobody listens on port 80.' })
  expect(far.reset).toBeUndefined()
  expect(near.stream.write(Buffer.from('late'))).toBe(true)
  await settle()
  expect([dialer.ends, listener.ends]).toEqual([[], []])
})

test('data that crosses a reset falls, and harms nobody', async () => {
  const { dialer, listener } = connectMuxes()
  const near = dialer.open()
  await settle()
  const { record: far } = first(listener.accepted)
  near.stream.write(Buffer.alloc(LEAST_WINDOW_BYTES))
  near.stream.end()
  far.stream.reset('cancel')
  await settle()
  expect([dialer.ends, listener.ends, far.pieces]).toEqual([[], [], []])
})

test('a reader that stalls holds no more than its window, and stalls nobody else', async () => {
  const { dialer, listener } = connectMuxes()
  const [stalled, other] = [dialer.open(), dialer.open()]
  await settle()
  const { record: far } = first(listener.accepted)
  const { record: beside } = first(listener.accepted.slice(1))
  far.isReading = false
  for (let turn = 0; turn < 10; turn += 1) stalled.stream.write(Buffer.alloc(100_000))
  other.stream.write(Buffer.from('I go on'))
  await settle()
  expect(Buffer.concat(far.pieces).length).toBe(LEAST_WINDOW_BYTES)
  expect(textOf(beside)).toBe('I go on')
  far.isReading = true
  far.stream.consumed(LEAST_WINDOW_BYTES)
  await settle(60)
  expect(Buffer.concat(far.pieces).length).toBe(1_000_000)
  expect(stalled.writable).toBe(1)
})

test('small pieces cost what it costs to hold them', async () => {
  const { dialer, listener } = connectMuxes()
  const near = dialer.open()
  await settle()
  const { record: far } = first(listener.accepted)
  far.isReading = false
  for (let turn = 0; turn < 1000; turn += 1) near.stream.write(Buffer.from('x'))
  await settle()
  expect(far.pieces).toHaveLength(LEAST_WINDOW_BYTES / 256)
  far.isReading = true
  far.stream.consumed(far.pieces.length)
  await settle(60)
  expect(textOf(far)).toBe('x'.repeat(1000))
})

test('writing nothing sends nothing, also while bytes wait', async () => {
  const { dialer, listener } = connectMuxes()
  const near = dialer.open()
  for (const bytes of [LEAST_WINDOW_BYTES + 1, 0, 0]) near.stream.write(Buffer.alloc(bytes))
  await settle()
  expect(Buffer.concat(first(listener.accepted).record.pieces).length).toBe(LEAST_WINDOW_BYTES + 1)
  expect(listener.ends).toEqual([])
})

test('a window grows while its reader keeps up, within the budget, and gives everything back', async () => {
  const budget = createWindowBudget(8 << 20)
  let nowMs = 0
  const clock = { steadyMs: () => nowMs }
  const { dialer, listener } = connectMuxes({ budget, clock })
  const near = dialer.open()
  for (let turn = 0; turn < 500; turn += 1) {
    near.stream.write(Buffer.alloc(60_000))
    nowMs += 0.01
    await settle(1)
  }
  await settle(60)
  const { record: far } = first(listener.accepted)
  expect(Buffer.concat(far.pieces).length).toBe(30_000_000)
  expect(far.stream.windowBytes).toBe(MOST_WINDOW_BYTES)
  expect(budget.freeBytes()).toBeLessThan(4.1 * 2 ** 20)
  near.stream.reset('cancel')
  await settle()
  expect([budget.freeBytes(), budget.streams()]).toEqual([8 << 20, 0])
})

test('who has sent less than its share goes first, one frame each; what is urgent goes before', async () => {
  const limits = { ...muxLimitsByDefault, linkBytes: 150_000 }
  const { dialer, listener } = connectMuxes({ limits })
  const order: string[] = []
  for (const name of ['blocker', 'a', 'b', 'urgent']) {
    const { stream } = listener.open(name, { isUrgent: name === 'urgent' })
    stream.handler = { ...stream.handler, onData: () => order.push(name) }
  }
  await settle()
  const [blocker, a, b, urgent] = dialer.accepted.map(({ record }) => record.stream)
  blocker?.write(Buffer.alloc(200_000))
  for (const stream of [a, b]) {
    for (const bytes of [1001, 1002]) expect(stream?.write(Buffer.alloc(bytes))).toBe(false)
  }
  urgent?.write(Buffer.alloc(500))
  await settle(40)
  expect(order.slice(order.indexOf('urgent'))).toEqual(['urgent', 'a', 'b', 'a', 'b', 'blocker'])
})

test('new streams without end keep none away that waits', async () => {
  const limits = { ...muxLimitsByDefault, linkBytes: 150_000 }
  const { dialer, listener } = connectMuxes({ limits })
  const order: string[] = []
  for (const name of ['blocker', ...Array.from({ length: 20 }, (_, at) => `new ${at}`)]) {
    const { stream } = listener.open(name)
    stream.handler = { ...stream.handler, onData: () => order.push(name) }
  }
  await settle()
  const [blocker, ...others] = dialer.accepted.map(({ record }) => record.stream)
  blocker?.write(Buffer.alloc(200_000))
  for (const stream of others) stream.write(Buffer.alloc(500))
  await settle(40)
  expect(order.lastIndexOf('blocker')).toBeLessThan(order.indexOf('new 19'))
})

test('more streams than the peer allows are refused, the others go on', async () => {
  const limits = { ...muxLimitsByDefault, peerStreams: 2 }
  const { dialer, listener } = connectMuxes({ limits })
  const records = [dialer.open(), dialer.open(), dialer.open()]
  for (const { stream } of records) stream.write(Buffer.from('x'))
  await settle()
  expect(records.map(({ reset }) => reset?.code)).toEqual([undefined, undefined, 'refusedStream'])
  records[0]?.stream.reset('cancel')
  expect(dialer.open().reset).toBeUndefined()
  await settle()
  expect(listener.accepted).toHaveLength(3)
  expect(listener.ends).toEqual([])
})

test('a link whose ids are used up is left, and its streams go on', async () => {
  const limits = { ...muxLimitsByDefault, ownStreams: 2 }
  const { dialer, listener } = connectMuxes({ limits })
  const records = [dialer.open(), dialer.open()]
  expect(() => dialer.open()).toThrow(LinkUnavailableError)
  await settle()
  expect([listener.accepted.length, listener.goAways]).toEqual([2, [0]])
  records[1]?.stream.write(Buffer.from('still here'))
  await settle()
  expect(listener.accepted.map(({ record }) => textOf(record))).toEqual(['', 'still here'])
})

test('a link that is left ends after its last stream', async () => {
  const { dialer, listener } = connectMuxes()
  const near = dialer.open()
  await settle()
  listener.mux.goAway()
  await settle()
  expect(dialer.goAways).toEqual([0])
  expect(() => dialer.open()).toThrow(LinkUnavailableError)
  expect(() => listener.open()).toThrow(LinkUnavailableError)
  near.stream.write(Buffer.from('to the end'))
  near.stream.end()
  await settle()
  const { record: far } = first(listener.accepted)
  expect([textOf(far), listener.ends]).toEqual(['to the end', []])
  far.stream.end()
  await settle()
  expect(near.hasEnded).toBe(true)
  expect([...dialer.ends, ...listener.ends].map(({ message }) => message)).toEqual([
    'The peer hung up.',
    'We hung up.',
  ])
})

test('the end of a link ends every stream, with the reason', async () => {
  const { dialer, listener } = connectMuxes()
  const near = dialer.open()
  await settle()
  dialer.mux.close('enhanceYourCalm', 'The device left.')
  await settle()
  const reason = 'The peer ended the link: The device left.'
  expect(first(listener.accepted).record.reset).toEqual({ code: 'enhanceYourCalm', reason })
  expect(near.reset).toEqual({ code: 'enhanceYourCalm', reason: 'The device left.' })
  expect(listener.ends.map(({ message }) => message)).toEqual([reason])
})

test('a ping measures the way there and back', async () => {
  let nowMs = 0
  const { dialer } = connectMuxes({ clock: { steadyMs: () => nowMs } })
  dialer.mux.ping()
  nowMs = 40
  await settle()
  expect(dialer.mux.roundTripMs).toBe(40)
  expect(dialer.mux.receivedMs).toBe(40)
})

test('a peer that was silent for long enough is pinged, one that was just heard is not', async () => {
  let nowMs = 0
  const clock = { steadyMs: () => nowMs }
  const { dialer, listener } = connectMuxes({ clock })
  const passTo = async (atMs: number, act: () => void): Promise<void> => {
    nowMs = atMs
    act()
    await settle()
  }
  await passTo(2000, () => dialer.mux.ping())
  expect([dialer.mux.receivedMs, listener.mux.receivedMs]).toEqual([2000, 2000])
  await passTo(2999, () => listener.mux.ping(1000))
  expect([dialer.mux.receivedMs, listener.mux.receivedMs]).toEqual([2000, 2000])
  await passTo(3000, () => listener.mux.ping(1000))
  expect([dialer.mux.receivedMs, listener.mux.receivedMs]).toEqual([3000, 3000])
})
