const NEWLINE = 10

/** Cuts bytes into lines, and holds no more than one of them. */
export class LineReader {
  readonly #mostBytes: number
  readonly #parts: Buffer[] = []
  #heldBytes = 0

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  /**
   * Finds the lines that a piece completes.
   *
   * @yields each line without its end.
   * @throws RangeError where a line is longer than allowed; nothing may be read after that.
   */
  *read(piece: Buffer): Generator<string, void> {
    let from = 0
    for (let to = piece.indexOf(NEWLINE); to >= 0; to = piece.indexOf(NEWLINE, from)) {
      this.#hold(piece.subarray(from, to))
      const line = Buffer.concat(this.#parts, this.#heldBytes).toString()
      this.#parts.length = 0
      this.#heldBytes = 0
      from = to + 1
      yield line
    }
    // What stays is copied: a view would keep the network's whole buffer.
    if (from < piece.length) this.#hold(Buffer.from(piece.subarray(from)))
  }

  #hold(part: Buffer): void {
    this.#heldBytes += part.length
    if (this.#heldBytes > this.#mostBytes) {
      throw new RangeError(`A message is longer than ${this.#mostBytes} bytes.`)
    }
    this.#parts.push(part)
    if (this.#parts.length < MOST_PARTS) return
    const whole = Buffer.concat(this.#parts, this.#heldBytes)
    this.#parts.length = 0
    this.#parts.push(whole)
  }
}

/** A line that comes byte by byte is joined now and then, so that it costs what its bytes cost. */
const MOST_PARTS = 1024
