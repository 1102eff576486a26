import type { TLSSocket } from 'node:tls'

import { plainAddressOf, type Clock } from '@nexqloud/kernel'

import type { LinkEndedError } from '../mux/errors.ts'
import type { MuxLimits } from '../mux/limits.ts'
import { Mux, type MuxOptions } from '../mux/mux.ts'
import type { MuxRole } from '../mux/stream-table.ts'
import type { WindowBudget } from '../mux/window-budget.ts'
import type { TlsKeyHash } from './tls-key-hash.ts'

/** How a silent peer is noticed. */
export type KeepAlive = {
  /** How often the peer is heard at least: it is pinged where it says nothing by itself. */
  readonly pingMs: number
  /** A peer that was not heard for so long is dead. */
  readonly deadMs: number
}

/** A ping each 2 s, by one of the ends; 10 s without a word are a dark device. */
export const keepAliveByDefault: KeepAlive = Object.freeze({ pingMs: 2000, deadMs: 10_000 })

/** A connection to a peer that proved its key. */
export type Link = {
  readonly mux: Mux
  readonly peerKeyHash: TlsKeyHash
  /** The peer's IP address, or that of the router that it is behind; empty where it was gone at once. */
  readonly peerAddress: string
  /** Resolves when the ends take no more streams of each other, or the link is over. */
  readonly leaving: Promise<void>
  /** Resolves when the link is over, with the reason. Never rejects. */
  readonly closed: Promise<LinkEndedError>
  /** Takes no more streams, waits so long for those that are open, and ends the link. May be called again. */
  readonly close: (graceMs: number) => Promise<void>
}

/** What a link is used for. */
export type LinkUser = Pick<MuxOptions, 'accept'> & Partial<Pick<MuxOptions, 'onGoAway'>>

/** What a link stands on. */
export type LinkParts = {
  readonly limits: MuxLimits
  readonly budget: WindowBudget
  readonly clock: Clock
  readonly keepAlive: KeepAlive
  /** Called once with each link, before anything of it is read. */
  readonly use: (link: Link) => LinkUser
}

/** A socket whose peer is known. */
export type LinkSocket = {
  readonly socket: TLSSocket
  readonly role: MuxRole
  readonly peerKeyHash: TlsKeyHash
}

/** Returns the link over a socket, which nobody may have read from, and its first answered ping. */
export function openLink(
  { socket, role, peerKeyHash }: LinkSocket,
  { limits, budget, clock, keepAlive, use }: LinkParts,
): { readonly link: Link; readonly answered: Promise<void> } {
  const over = new AbortController()
  const gone = new AbortController()
  const closed = Promise.withResolvers<LinkEndedError>()
  const leaving = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<void>()
  socket.setNoDelay(true)
  socket.on('close', () => gone.abort())
  const mux: Mux = new Mux(socket, {
    role,
    limits,
    budget,
    clock,
    accept: (stream, target) => user.accept(stream, target),
    onGoAway: () => {
      leaving.resolve()
      user.onGoAway?.()
      mux.goAway()
    },
    onPong: () => answered.resolve(),
    onClose: (end) => {
      over.abort()
      closed.resolve(end)
      answered.resolve()
      leaving.resolve()
      void destroyLater(socket, clock, gone.signal)
    },
  })
  const link: Link = {
    mux,
    peerKeyHash,
    peerAddress: plainAddressOf(socket.remoteAddress ?? ''),
    leaving: leaving.promise,
    closed: closed.promise,
    close: async (graceMs) => {
      mux.goAway()
      await clock.delay(graceMs, over.signal)
      mux.close('cancel', `The other end hung up after ${graceMs} ms.`)
      await closed.promise
    },
  }
  const user = use(link)
  void keepAlivePings(mux, { ...keepAlive, clock, signal: over.signal })
  return { link, answered: answered.promise }
}

async function keepAlivePings(
  mux: Mux,
  {
    pingMs,
    deadMs,
    clock,
    signal,
  }: KeepAlive & { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  let stoodStill = false
  mux.ping()
  for (;;) {
    const lookedMs = clock.steadyMs()
    await clock.delay(pingMs, signal)
    if (signal.aborted) return
    // What came while this process stood still it reads after this: the next look is the one that tells, however late.
    stoodStill = !stoodStill && clock.steadyMs() - lookedMs >= 2 * pingMs
    const silentMs = clock.steadyMs() - mux.receivedMs
    if (silentMs >= deadMs && !stoodStill) {
      const seconds = (silentMs / 1000).toFixed(1)
      return mux.close('connectError', `The peer was not heard for ${seconds} s.`)
    }
    // The other end's ping says as much as an answer would: of two ends, the one that was silent for longer asks.
    mux.ping(pingMs / 2)
  }
}

/** A peer that takes no farewell holds the socket no longer than this. */
const FAREWELL_MS = 1000

async function destroyLater(socket: TLSSocket, clock: Clock, gone: AbortSignal): Promise<void> {
  await clock.delay(FAREWELL_MS, gone)
  socket.destroy()
}
