import { createHmac, hash, timingSafeEqual } from 'node:crypto'

import { LRUCache } from 'lru-cache'

import type { SignatureClaim } from './sigv4.ts'

/** Whoever asks signs with the same key all day. */
const MOST_KEPT = 4096

/** What a signing key is for. */
export type SigningScope = Pick<SignatureClaim, 'day' | 'region' | 'service'>

/** Returns whether a secret has signed what is claimed. */
export type IsSigned = (
  secret: string,
  claim: SigningScope & Pick<SignatureClaim, 'stringToSign' | 'signature'>,
) => boolean

/** Returns what checks signatures and keeps the keys by which they were right: nobody has a key kept by a scope that they never signed for. */
export function createSignatureCheck(deriveKey: typeof signingKeyOf = signingKeyOf): IsSigned {
  const kept = new LRUCache<string, Buffer>({ max: MOST_KEPT })
  return (secret, claim) => {
    const { day, region, service, stringToSign, signature } = claim
    const name = hash('sha256', [day, region, service, secret].join('/'))
    const key = kept.get(name) ?? deriveKey(secret, claim)
    const expected = hmac(key, stringToSign)
    const isSigned = signature.length === expected.length && timingSafeEqual(signature, expected)
    if (isSigned) kept.set(name, key)
    return isSigned
  }
}

/** Returns the key by which a secret signs on a day, in a region, for a service. */
export function signingKeyOf(secret: string, { day, region, service }: SigningScope): Buffer {
  const scope = [day, region, service, 'aws4_request']
  return scope.reduce((own: Buffer, part) => hmac(own, part), Buffer.from(`AWS4${secret}`))
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
