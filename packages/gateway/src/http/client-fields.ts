import { plainAddressOf } from '@nexqloud/kernel'

/** The fields that say who a client is and whom it asked for. They are made anew only where it asks for another host. */
export class ClientFields {
  readonly #client: string
  #fields: Buffer
  /** Where the host lies in the fields. */
  #hostFrom = 0
  #hostTo = 0

  /** `address`: the client's, as the socket has it. */
  constructor(address: string) {
    this.#client = `X-Forwarded-For: ${plainAddressOf(address)}\r\nX-Forwarded-Proto: http\r\n`
    this.#fields = Buffer.from(this.#client)
  }

  /** Returns the fields of a request whose host lies between two positions; an empty one is left out. */
  encode(bytes: Buffer, from: number, to: number): Buffer {
    if (!this.#isSameHost(bytes, from, to)) {
      const host = bytes.toString('latin1', from, to)
      const before = host === '' ? this.#client : `${this.#client}X-Forwarded-Host: `
      this.#fields = Buffer.from(host === '' ? before : `${before}${host}\r\n`, 'latin1')
      this.#hostFrom = before.length
      this.#hostTo = before.length + host.length
    }
    return this.#fields
  }

  #isSameHost(bytes: Buffer, from: number, to: number): boolean {
    if (to - from !== this.#hostTo - this.#hostFrom) return false
    for (let at = from; at < to; at += 1) {
      if (bytes[at] !== this.#fields[this.#hostFrom + at - from]) return false
    }
    return true
  }
}
