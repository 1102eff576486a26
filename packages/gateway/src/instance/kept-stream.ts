import type { MuxStream, StreamHandler } from '@nexqloud/tunnel'

/** What a stream was used for, and until when on the steady clock. */
export type StreamUse = { readonly answerBytes: number; readonly nowMs: number }

/** Where a stream is kept. */
export type StreamKeeper = {
  readonly give: (kept: KeptStream, use: StreamUse) => void
  readonly remove: (kept: KeptStream) => void
}

/** A stream that can carry one request after the other. While nobody uses it, it handles itself. */
export class KeptStream implements StreamHandler {
  readonly stream: MuxStream
  readonly port: number
  readonly place: StreamKeeper
  /** Since when nobody uses it, on the steady clock. */
  idleSinceMs = 0

  constructor(
    stream: MuxStream,
    { port, place }: { readonly port: number; readonly place: StreamKeeper },
  ) {
    this.stream = stream
    this.port = port
    this.place = place
  }

  onData(): void {
    this.place.remove(this)
    this.stream.reset('protocolError', 'Bytes came that nobody had asked for.')
  }

  onEnd(): void {
    this.place.remove(this)
    this.stream.end()
  }

  onReset(): void {
    this.place.remove(this)
  }

  onWritable(): void {}
}
