import { BaseError } from '@nexqloud/kernel'

import type { ResetCode } from '../frame/reset-code.ts'
import type { LinkEndedError } from '../mux/errors.ts'
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

/** The other end was reached, and does not let us in. */
export class LinkRefusedByPeerError extends BaseError {
  readonly resetCode: ResetCode

  constructor(address: string, ended: LinkEndedError) {
    super(`${address} does not let this end in. ${ended.message}`, {
      code: 'TUNNEL_REFUSED_BY_PEER',
      kind: 'unauthorized',
      hint:
        ended.resetCode === 'keyInUse'
          ? 'Give this machine a key of its own: take its device folder away, and let it join.'
          : 'Do what the other end says; this one tries again by itself.',
      cause: ended,
    })
    this.resetCode = ended.resetCode
  }
}

/** Whoever connected is not let in. */
export class LinkRefusedError extends BaseError {
  readonly keyHash: TlsKeyHash | undefined
  /** What its peer is told beside the reason. */
  readonly resetCode: ResetCode

  constructor(reason: string, keyHash?: TlsKeyHash, resetCode: ResetCode = 'refusedStream') {
    super(reason, {
      code: 'TUNNEL_LINK_REFUSED',
      kind: 'unauthorized',
      hint: 'Register the TLS key of this device on the chain, and dial the masternodes that the chain names.',
    })
    this.keyHash = keyHash
    this.resetCode = resetCode
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
