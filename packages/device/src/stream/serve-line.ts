import { createHash } from 'node:crypto'

import type { MuxStream, StreamHandler } from '@nexqloud/tunnel'

import { LINE_PIECE_BYTES } from '../measure/line-run.ts'
import { createNonceBytes } from '../measure/nonce-bytes.ts'
import type { StreamTarget } from '../protocol/stream-target.ts'
import { endByFailure } from './end-by-failure.ts'
import { createStreamPipe } from './stream-pipe.ts'

/** Takes the bytes of a masternode and answers with their SHA-256, or sends those that follow from its nonce. */
export function serveLine(
  stream: MuxStream,
  target: Extract<StreamTarget, { readonly kind: 'line' }>,
): StreamHandler {
  if (target.direction === 'down') return serveDown(stream, target.bytes)
  const { handler, signal, write } = createStreamPipe(stream)
  async function pour(): Promise<void> {
    const next = createNonceBytes(target)
    for (let left = target.bytes; left > 0 && !signal.aborted; left -= LINE_PIECE_BYTES) {
      await write(next(Math.min(left, LINE_PIECE_BYTES)))
    }
    stream.end()
  }
  pour().catch((error: unknown) => endByFailure(stream, error))
  return handler
}

function serveDown(stream: MuxStream, bytes: number): StreamHandler {
  let left = bytes
  const seen = createHash('sha256')
  return createStreamPipe(stream, {
    onData: (piece) => {
      seen.update(piece)
      stream.consumed(piece.length)
      left -= piece.length
      if (left < 0) stream.reset('cancel', `More than ${bytes} bytes came.`)
    },
    onEnd: () => {
      stream.write(seen.digest())
      stream.end()
    },
  }).handler
}
