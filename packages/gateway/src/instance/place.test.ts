import type { MuxStream } from '@nexqloud/tunnel'
import { expect, test } from 'vitest'

import { Place } from './place.ts'

test('the stream that was used last is used next, for its own port alone', () => {
  const { place, opened } = setup()
  const [first, second] = [place.take(80), place.take(80)]
  place.give(first, { answerBytes: 200, nowMs: 0 })
  place.give(second, { answerBytes: 200, nowMs: 0 })
  expect(place.take(81)).not.toBe(first)
  expect([place.take(80), place.take(80)]).toEqual([second, first])
  expect(opened).toEqual([80, 80, 81])
})

test('a window that has grown is kept for downloads, and not for small answers', () => {
  const { place, resets } = setup({ windowBytes: 4 << 20 })
  const kept = place.take(80)
  place.give(kept, { answerBytes: 10_000_000, nowMs: 0 })
  expect(place.take(80)).toBe(kept)
  place.give(kept, { answerBytes: 200, nowMs: 0 })
  expect(resets).toHaveLength(1)
  expect(place.take(80)).not.toBe(kept)
})

test('no more than so many are kept, not for long, and none once the instance has left', () => {
  const { place, resets } = setup()
  const streams = [place.take(80), place.take(80), place.take(80)]
  for (const [at, kept] of streams.entries()) place.give(kept, { answerBytes: 200, nowMs: at })
  expect(resets).toHaveLength(1)
  place.sweep(1)
  expect(resets).toHaveLength(2)
  const used = place.take(80)
  place.leave()
  place.give(used, { answerBytes: 200, nowMs: 2 })
  expect(resets).toHaveLength(3)
})

function setup({ windowBytes = 256 << 10 }: { readonly windowBytes?: number } = {}) {
  const opened: number[] = []
  const resets: string[] = []
  const open = (port: number): MuxStream => {
    opened.push(port)
    const stream: Partial<MuxStream> = {
      windowBytes,
      reset: (code) => {
        resets.push(code)
      },
    }
    return stream as MuxStream
  }
  return { place: new Place({ open, isOpen: () => true }, 2), opened, resets }
}
