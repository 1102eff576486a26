const END = Buffer.from('\r\n\r\n')

/** Collects a head that comes in pieces. Each byte is looked at once, however small the pieces are. */
export class HeadCollector {
  readonly #mostBytes: number
  #bytes: Buffer
  #length: number

  /** Begins with what has come, which is no whole head. */
  constructor(first: Buffer, mostBytes: number) {
    this.#mostBytes = mostBytes
    this.#bytes = Buffer.from(first)
    this.#length = first.length
  }

  /** Returns everything once the head is whole, and what came after it. */
  add(piece: Buffer): Buffer | 'incomplete' | 'tooLarge' {
    const from = Math.max(0, this.#length - END.length + 1)
    this.#append(piece)
    const bytes = this.#bytes.subarray(0, this.#length)
    const end = bytes.indexOf(END, from)
    const headBytes = end === -1 ? this.#length : end + END.length
    if (headBytes > this.#mostBytes) return 'tooLarge'
    return end === -1 ? 'incomplete' : bytes
  }

  #append(piece: Buffer): void {
    const length = this.#length + piece.length
    if (length > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#bytes.length))
      this.#bytes.copy(grown, 0, 0, this.#length)
      this.#bytes = grown
    }
    piece.copy(this.#bytes, this.#length)
    this.#length = length
  }
}
