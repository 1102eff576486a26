import type { Backend } from './backend.ts'
import { KeptStream, type Shelf } from './kept-stream.ts'

/** Streams that wait for their next request, the one that was used last first: the others come of age. */
export class StreamShelf implements Shelf {
  readonly #mostPerBackend: number
  readonly #kept = new Map<Backend, KeptStream[]>()

  constructor(mostPerBackend: number) {
    this.#mostPerBackend = mostPerBackend
  }

  /** Returns a stream to a port, kept or new. Throws what `open` of the backend throws. */
  take(backend: Backend, port: number): KeptStream {
    const kept = this.#kept.get(backend)
    const at = kept?.findLastIndex((one) => one.port === port) ?? -1
    const [found] = at === -1 ? [] : (kept?.splice(at, 1) ?? [])
    return found ?? new KeptStream(backend.open(port), { backend, port, shelf: this })
  }

  /** Keeps a stream whose answer has ended. */
  give(kept: KeptStream, nowMs: number): void {
    const its = this.#kept.get(kept.backend)
    if (its === undefined || its.length >= this.#mostPerBackend) {
      kept.stream.reset('cancel', 'Enough streams are kept.')
      return
    }
    kept.idleSinceMs = nowMs
    kept.stream.handler = kept
    its.push(kept)
  }

  remove(kept: KeptStream): void {
    const its = this.#kept.get(kept.backend)
    const at = its?.indexOf(kept) ?? -1
    if (at !== -1) its?.splice(at, 1)
  }

  /** Lets go of the streams to other backends, and of those that come back later. */
  keepOnly(backends: readonly Backend[]): void {
    for (const [backend, its] of this.#kept) {
      if (backends.includes(backend)) continue
      this.#kept.delete(backend)
      for (const { stream } of its) stream.reset('cancel', 'The instance has moved.')
    }
    for (const backend of backends) if (!this.#kept.has(backend)) this.#kept.set(backend, [])
  }

  /** Lets go of the streams that nobody has used since then. */
  sweep(sinceMs: number): void {
    for (const its of this.#kept.values()) {
      const old = its.filter(({ idleSinceMs }) => idleSinceMs < sinceMs)
      for (const kept of old) {
        this.remove(kept)
        kept.stream.reset('cancel', 'Nobody asks any more.')
      }
    }
  }
}
