import { BaseError } from '@nexqloud/kernel'

import type { TlsKeyHash } from './tls-key-hash.ts'

/** Nobody answered as a tunnel does. */
export class LinkDialError extends BaseError {
  constructor(address: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(`${address} was not reached: ${reason}`, {
      code: 'TUNNEL_DIAL_FAILED',
      kind: 'unavailable',
      hint: 'Check the network, and whether that masternode runs.',
      cause,
    })
  }
}

/** Whoever answered has not the key that it should have. */
export class LinkKeyMismatchError extends BaseError {
  readonly expected: TlsKeyHash
  readonly found: TlsKeyHash | undefined

  constructor(address: string, { expected, found }: PinnedKeys) {
    super(`${address} shows the TLS key ${found ?? 'of nobody'}; the chain names ${expected}.`, {
      code: 'TUNNEL_KEY_MISMATCH',
      kind: 'unauthorized',
      hint: 'Somebody else answers there, or the key changed: read the chain again.',
    })
    this.expected = expected
    this.found = found
  }
}

type PinnedKeys = { readonly expected: TlsKeyHash; readonly found: TlsKeyHash | undefined }

/** Whoever connected is not let in. */
export class LinkRefusedError extends BaseError {
  readonly keyHash: TlsKeyHash | undefined

  constructor(reason: string, keyHash?: TlsKeyHash) {
    super(reason, {
      code: 'TUNNEL_LINK_REFUSED',
      kind: 'unauthorized',
      hint: 'Register the TLS key of this device on the chain, and dial the masternodes that the chain names.',
    })
    this.keyHash = keyHash
  }
}

/** A certificate is not valid at this time. */
export class CertificateExpiredError extends BaseError {
  constructor(whose: string, { from, to, now }: Readonly<Record<'from' | 'to' | 'now', Date>>) {
    const [first, last, today] = [from, to, now].map((date) => date.toISOString())
    super(`The certificate of ${whose} is valid from ${first} to ${last}; it is ${today}.`, {
      code: 'TUNNEL_CERTIFICATE_EXPIRED',
      kind: 'unauthorized',
      hint: 'Make a new certificate from the same key, or set the clock.',
    })
  }
}
