/** One end of a link as a test sees it. */

import type { Duplex } from 'node:stream'

import type { LinkEndedError } from '../src/mux/errors.ts'
import { muxLimitsByDefault } from '../src/mux/limits.ts'
import type { MuxStream, StreamHandler, StreamReset } from '../src/mux/mux-stream.ts'
import { Mux, type MuxOptions, type StreamTarget } from '../src/mux/mux.ts'
import { createWindowBudget } from '../src/mux/window-budget.ts'
import { createLinkPair, type PieceSizes } from './link-pair.ts'

/** What a stream's user was told, and what it does with bytes. */
export type StreamRecord = {
  readonly stream: MuxStream
  readonly pieces: Buffer[]
  /** Whether bytes are consumed as they come; otherwise the test does it. */
  isReading: boolean
  hasEnded: boolean
  writable: number
  reset: StreamReset | undefined
}

/** A mux and what it told. */
export type MuxEnd = {
  readonly mux: Mux
  readonly accepted: { readonly record: StreamRecord; readonly target: StreamTarget }[]
  readonly ends: LinkEndedError[]
  readonly goAways: number[]
  readonly open: (target?: string, options?: { readonly isUrgent?: boolean }) => StreamRecord
}

/** What is not given is as in production; `isReading`: see {@link StreamRecord}. */
export type MuxEndOptions = Partial<MuxOptions> & { readonly isReading?: boolean }

/** Returns a mux on a socket that records everything. */
export function createMuxEnd(
  socket: Duplex,
  { isReading = true, ...options }: MuxEndOptions = {},
): MuxEnd {
  const accepted: MuxEnd['accepted'] = []
  const ends: LinkEndedError[] = []
  const goAways: number[] = []
  const mux = new Mux(socket, {
    role: 'listener',
    limits: muxLimitsByDefault,
    budget: createWindowBudget(),
    clock: { steadyMs: () => 0 },
    accept: (stream, target) => {
      const record = createRecord(stream, isReading)
      accepted.push({ record, target })
      return recordInto(record)
    },
    onPong: () => {},
    onGoAway: () => goAways.push(ends.length),
    onClose: (end) => ends.push(end),
    ...options,
  })
  const open: MuxEnd['open'] = (target = '', { isUrgent = false } = {}) => {
    const records: StreamRecord[] = []
    mux.open({ target: Buffer.from(target), isUrgent }, (stream) => {
      const record = createRecord(stream, isReading)
      records.push(record)
      return recordInto(record)
    })
    return first(records)
  }
  return { mux, accepted, ends, goAways, open }
}

/** Returns both ends of a link in memory. */
export function connectMuxes(
  options: MuxEndOptions = {},
  nextBytes?: PieceSizes,
): { readonly dialer: MuxEnd; readonly listener: MuxEnd } {
  const [a, b] = createLinkPair(nextBytes)
  return {
    dialer: createMuxEnd(a, { ...options, role: 'dialer' }),
    listener: createMuxEnd(b, { ...options, role: 'listener' }),
  }
}

/** Returns the first of a list. */
export function first<T>(list: readonly T[]): T {
  const [item] = list
  if (item === undefined) throw new Error('There is none.')
  return item
}

/** Returns the text of what a stream received. */
export function textOf({ pieces }: StreamRecord): string {
  return Buffer.concat(pieces).toString()
}

function createRecord(stream: MuxStream, isReading: boolean): StreamRecord {
  return { stream, pieces: [], isReading, hasEnded: false, writable: 0, reset: undefined }
}

function recordInto(record: StreamRecord): StreamHandler {
  return {
    onData: (piece) => {
      record.pieces.push(Buffer.from(piece))
      if (record.isReading) record.stream.consumed(piece.length)
    },
    onEnd: () => {
      record.hasEnded = true
    },
    onReset: (reset) => {
      record.reset = reset
    },
    onWritable: () => {
      record.writable += 1
    },
  }
}
