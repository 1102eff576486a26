/** Bytes of a block: what a socket gives at once, and what a data frame carries. */
const BLOCK_BYTES = 65_536

/** Smaller pieces would waste most of a block. */
const LEAST_PIECE_BYTES = BLOCK_BYTES / 4

/** Blocks that are kept for the next pieces: as much as waits in a busy link. */
const MOST_FREE = 32

/** Bytes that have their own memory until they are sent. */
export type HeldPiece = {
  readonly bytes: Buffer
  /** To be called once the bytes are not needed any more; where it never is, the memory is collected. */
  readonly release: (() => void) | undefined
}

/** Memory for bytes on their way, used again and again: new buffers for each piece cost more to collect than to encrypt. */
export class BlockPool {
  #free: Buffer[] = []

  /** Returns a copy of bytes. */
  copy(piece: Buffer): HeldPiece {
    if (piece.length < LEAST_PIECE_BYTES || piece.length > BLOCK_BYTES) {
      return { bytes: Buffer.from(piece), release: undefined }
    }
    const block = this.#free.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES)
    piece.copy(block)
    return { bytes: block.subarray(0, piece.length), release: () => this.#give(block) }
  }

  /** Lets go of what a busy time has left. */
  trim(): void {
    this.#free = []
  }

  #give(block: Buffer): void {
    if (this.#free.length < MOST_FREE) this.#free.push(block)
  }
}
