import { createHash, createHmac } from 'node:crypto'

/** What AWS's signer hashes with. */
export class Sha256 {
  readonly #hash

  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    const bytes = key === undefined ? undefined : typeof key === 'string' ? key : bytesOf(key)
    this.#hash = bytes === undefined ? createHash('sha256') : createHmac('sha256', bytes)
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof data === 'string' ? data : bytesOf(data))
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
