import { createHash, randomBytes } from 'node:crypto'

import type { Clock } from '@nexqloud/kernel'
import type { Mux, MuxStream, RpcPeer, StreamHandler } from '@nexqloud/tunnel'

import type { agentContract } from '../protocol/agent-protocol.ts'
import { encodeStreamTarget } from '../protocol/stream-target.ts'
import { LINE_MS, LINE_PIECE_BYTES, type LineRequest } from './line-run.ts'
import { createNonceBytes } from './nonce-bytes.ts'
import type { DeviceProbe } from './take-measurement.ts'

/** A device at the other end of a link. */
export type LinkedDevice = {
  readonly peer: Pick<RpcPeer<typeof agentContract>, 'request'>
  readonly mux: Pick<Mux, 'open'>
  readonly clock: Pick<Clock, 'delay'>
}

/** A round takes half a second; a slow machine may take longer: milliseconds. */
const ROUND_MS = 10_000
/** SHA-256. */
const DIGEST_BYTES = 32

/** Returns the way to measure a device at the other end of a link. */
export function createLinkProbe({ peer, mux, clock }: LinkedDevice): DeviceProbe {
  return {
    ask: (request) => peer.request('measure', request, { timeoutMs: ROUND_MS }),
    tryLine: async (request) => {
      const over = new AbortController()
      const run = request.direction === 'down' ? sendDown(mux, request) : takeUp(mux, request)
      const late = clock.delay(LINE_MS, over.signal).then(() => {
        if (!over.signal.aborted) run.stream.reset('cancel', 'The line is too slow.')
        return 'tooSlow' as const
      })
      try {
        return await Promise.race([run.ended, late])
      } finally {
        over.abort()
      }
    },
  }
}

type LineEnd = 'arrived' | 'tooSlow' | 'wrongBytes'
type Trial = { readonly stream: MuxStream; readonly ended: Promise<LineEnd> }

/** Sends bytes that follow from what the device is not told, and so have to arrive; it answers with their SHA-256. */
function sendDown(mux: LinkedDevice['mux'], request: LineRequest): Trial {
  const next = createNonceBytes({ ...request, nonce: `0x${randomBytes(32).toString('hex')}` })
  const sent = createHash('sha256')
  const answer: Buffer[] = []
  let left = request.bytes
  let room = DIGEST_BYTES
  return openTrial(mux, request, {
    send: (stream) => {
      let isWritable = true
      while (isWritable && left > 0) {
        const piece = next(Math.min(left, LINE_PIECE_BYTES))
        left -= piece.length
        sent.update(piece)
        isWritable = stream.write(piece)
      }
      if (left === 0) stream.end()
    },
    take: (piece) => {
      room -= piece.length
      if (room >= 0) answer.push(Buffer.from(piece))
      return room >= 0
    },
    isWhole: () => left === 0 && Buffer.concat(answer).equals(sent.digest()),
  })
}

/** Takes the bytes, and compares each with what it should be. */
function takeUp(mux: LinkedDevice['mux'], request: LineRequest): Trial {
  const next = createNonceBytes(request)
  let left = request.bytes
  return openTrial(mux, request, {
    send: (stream) => stream.end(),
    take: (piece) => {
      const isRight = piece.length <= left && next(piece.length).equals(piece)
      left -= piece.length
      return isRight
    },
    isWhole: () => left === 0,
  })
}

type Traffic = {
  readonly send: (stream: MuxStream) => void
  /** Returns whether that may be what was asked for. */
  readonly take: (piece: Buffer) => boolean
  readonly isWhole: () => boolean
}

function openTrial(
  mux: LinkedDevice['mux'],
  request: LineRequest,
  { send, take, isWhole }: Traffic,
): Trial {
  const ended = Promise.withResolvers<LineEnd>()
  const target = encodeStreamTarget({ kind: 'line', ...request })
  const refuse = (made: MuxStream): void => {
    made.reset('cancel', 'These are not the bytes that were asked for.')
    ended.resolve('wrongBytes')
  }
  const stream = mux.open({ target }, (made): StreamHandler => ({
    onData: (piece) => {
      const isRight = take(piece)
      made.consumed(piece.length)
      if (!isRight) refuse(made)
    },
    onEnd: () => {
      if (isWhole()) ended.resolve('arrived')
      else refuse(made)
    },
    onReset: () => ended.resolve('tooSlow'),
    onWritable: () => send(made),
  }))
  send(stream)
  return { stream, ended: ended.promise }
}
