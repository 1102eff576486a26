import type { Backend } from './backend.ts'
import { KeptStream, type StreamUse } from './kept-stream.ts'

/** What a stream begins with at most. */
const FIRST_WINDOW_BYTES = 256 << 10

/** A backend of an instance, and the streams to it that wait for their next request, the one that was used last first. */
export class Place {
  readonly backend: Backend
  readonly #mostKept: number
  readonly #kept: KeptStream[] = []
  #isLeft = false

  constructor(backend: Backend, mostKept: number) {
    this.backend = backend
    this.#mostKept = mostKept
  }

  /** Returns a stream to a port, kept or new. Throws what `open` of the backend throws. */
  take(port: number): KeptStream {
    const keptCount = this.backend.isOpen() ? this.#kept.length : 0
    for (let at = keptCount - 1; at >= 0; at -= 1) {
      const kept = this.#kept[at]
      if (kept?.port !== port) continue
      this.#removeAt(at)
      return kept
    }
    return new KeptStream(this.backend.open(port), { port, place: this })
  }

  /** Keeps a stream after an answer of so many bytes. */
  give(kept: KeptStream, { answerBytes, nowMs }: StreamUse): void {
    const { windowBytes } = kept.stream
    // A window that has grown for downloads would keep the budget's memory from others, and give it to small answers.
    const isTooLarge = windowBytes > FIRST_WINDOW_BYTES && windowBytes > answerBytes
    if (this.#isLeft || isTooLarge || this.#kept.length >= this.#mostKept) {
      kept.stream.reset('cancel', 'The stream is not kept.')
      return
    }
    kept.idleSinceMs = nowMs
    kept.stream.handler = kept
    this.#kept.push(kept)
  }

  remove(kept: KeptStream): void {
    const at = this.#kept.indexOf(kept)
    if (at !== -1) this.#removeAt(at)
  }

  /** The instance is here no more: streams that are in use end with their answers. */
  leave(): void {
    this.#isLeft = true
    this.sweep(Infinity)
  }

  /** Lets go of the streams that nobody has used since then. */
  sweep(sinceMs: number): void {
    for (const kept of this.#kept.filter(({ idleSinceMs }) => idleSinceMs < sinceMs)) {
      this.remove(kept)
      kept.stream.reset('cancel', 'Nobody asks any more.')
    }
  }

  /** The last one is the one that is taken nearly always. */
  #removeAt(at: number): void {
    if (at === this.#kept.length - 1) this.#kept.pop()
    else this.#kept.splice(at, 1)
  }
}
