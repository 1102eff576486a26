import { createHash, type KeyObject } from 'node:crypto'

import { BaseError } from '@nexqloud/kernel'

/** A TLS key as the chain knows it: SHA-256 of its SubjectPublicKeyInfo (as in RFC 7469), lower-case hex after `0x`. */
export type TlsKeyHash = `0x${string}` & { readonly _: 'TlsKeyHash' }

/** A text that is no hash of a key. */
export class InvalidTlsKeyHashError extends BaseError {
  constructor(text: string) {
    super(`"${text}" is not the hash of a TLS key: 32 bytes of hex after 0x.`, {
      code: 'TUNNEL_KEY_HASH_INVALID',
      kind: 'invalid',
      hint: 'Pass the hash as the chain has it.',
    })
  }
}

/**
 * Returns a hash as the chain has it.
 *
 * @throws {@link InvalidTlsKeyHashError} where it is not 32 bytes of hex after `0x`.
 */
export function parseTlsKeyHash(text: string): TlsKeyHash {
  if (!/^0x[0-9a-f]{64}$/i.test(text)) throw new InvalidTlsKeyHashError(text)
  return text.toLowerCase() as TlsKeyHash
}

/** Returns the hash of a public key. */
export function hashTlsKey(publicKey: KeyObject): TlsKeyHash {
  const info = publicKey.export({ type: 'spki', format: 'der' })
  return parseTlsKeyHash(`0x${createHash('sha256').update(info).digest('hex')}`)
}
