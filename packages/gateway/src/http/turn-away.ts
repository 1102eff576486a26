import type { Socket } from 'node:net'

import { encodeOwnAnswer, tooMany } from './own-answer.ts'

const ANSWER = encodeOwnAnswer(tooMany('Your address has as many connections as it may have now'), {
  isHead: false,
  mustClose: true,
})

/** Tells a client that there is no place for it, as far as that goes without waiting for it. */
export function turnAwayHttp(socket: Socket): void {
  socket.on('error', () => {})
  socket.write(ANSWER)
  socket.destroySoon()
}
