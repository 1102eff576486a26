/** Reads bytes from their start on; numbers are big-endian. */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /**
   * Returns a view of the next bytes.
   *
   * @throws {@link RangeError} where there are fewer, as all methods here do.
   */
  take(length: number): Uint8Array {
    const from = this.#advance(length)
    return this.#bytes.subarray(from, this.#at)
  }

  /** Returns the number of the next byte, which is at most `most`. */
  takeByte(most: number): number {
    const value = this.#view.getUint8(this.#advance(1))
    if (value > most) throw new RangeError(`There is ${value} where at most ${most} can be.`)
    return value
  }

  /** Returns the number of the next 4 bytes. */
  takeCount(): number {
    return this.#view.getUint32(this.#advance(4))
  }

  /** Returns the number of the next 8 bytes. */
  takeNumber(): bigint {
    return this.#view.getBigUint64(this.#advance(8))
  }

  /** Asserts that nothing is left. */
  assertEnd(): void {
    const left = this.#bytes.length - this.#at
    if (left > 0) throw new RangeError(`There are ${left} bytes after the end.`)
  }

  #advance(length: number): number {
    const from = this.#at
    const left = this.#bytes.length - from
    if (length > left) throw new RangeError(`${length} bytes are to follow, there are ${left}.`)
    this.#at = from + length
    return from
  }
}
