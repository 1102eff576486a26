/** What a mux allows its peer. */
export type MuxLimits = {
  /** Streams that we open on one link in all: their ids are never used again. After the last one the link is left. */
  readonly ownStreams: number
  /** Streams that the peer has open at once; more are refused. */
  readonly peerStreams: number
  /** Frames other than data that the peer may send, on average and at once: each costs us more than its 12 bytes cost it. */
  readonly controlFrames: { readonly perSecond: number; readonly burst: number }
  /** Streams that the peer may open, on average and at once: each may cost a connection to a container. */
  readonly opens: { readonly perSecond: number; readonly burst: number }
  /** Data waits in its streams while so many bytes wait in the link; more than a socket holds before it asks for a pause. */
  readonly linkBytes: number
  /** A peer that sends while it takes nothing, so that so many bytes wait for it, is let go. */
  readonly waitingBytes: number
}

/** Far above what a busy link does (a measured 40,000 requests a second need no control frame each), far below a flood. */
export const muxLimitsByDefault: MuxLimits = Object.freeze({
  ownStreams: 2 ** 31 - 1,
  peerStreams: 16_384,
  controlFrames: { perSecond: 100_000, burst: 200_000 },
  opens: { perSecond: 5000, burst: 20_000 },
  linkBytes: 512 << 10,
  waitingBytes: 4 << 20,
})
