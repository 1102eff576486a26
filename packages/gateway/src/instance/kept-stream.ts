import type { MuxStream, StreamHandler } from '@nexqloud/tunnel'

import type { Backend } from './backend.ts'

/** Where a stream is kept. */
export type Shelf = { readonly remove: (kept: KeptStream) => void }

/** A stream that can carry one request after the other. While nobody uses it, it handles itself. */
export class KeptStream implements StreamHandler {
  readonly stream: MuxStream
  readonly backend: Backend
  readonly port: number
  /** Since when nobody uses it, on the steady clock. */
  idleSinceMs = 0
  readonly #shelf: Shelf

  constructor(
    stream: MuxStream,
    {
      backend,
      port,
      shelf,
    }: { readonly backend: Backend; readonly port: number; readonly shelf: Shelf },
  ) {
    this.stream = stream
    this.backend = backend
    this.port = port
    this.#shelf = shelf
  }

  onData(): void {
    this.#shelf.remove(this)
    this.stream.reset('protocolError', 'Bytes came that nobody had asked for.')
  }

  onEnd(): void {
    this.#shelf.remove(this)
    this.stream.end()
  }

  onReset(): void {
    this.#shelf.remove(this)
  }

  onWritable(): void {}
}
