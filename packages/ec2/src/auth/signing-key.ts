import { createHmac } from 'node:crypto'

import { LRUCache } from 'lru-cache'

import type { SignatureClaim } from './sigv4.ts'

/** Whoever asks signs with the same key all day. What a claim names may be long: characters are counted, not keys. */
const KEPT_CHARACTERS = 1 << 20

/** What a signing key is for. */
export type SigningScope = Pick<SignatureClaim, 'day' | 'region' | 'service'>

const kept = new LRUCache<string, Buffer>({
  maxSize: KEPT_CHARACTERS,
  sizeCalculation: (_, name) => name.length,
})

/** Returns the key by which a secret signs on a day, in a region, for a service. */
export function signingKeyOf(secret: string, { day, region, service }: SigningScope): Buffer {
  const scope = [day, region, service, 'aws4_request']
  const name = [...scope, secret].join('/')
  const found = kept.get(name)
  if (found !== undefined) return found
  const key = scope.reduce((own: Buffer, part) => hmac(own, part), Buffer.from(`AWS4${secret}`))
  kept.set(name, key)
  return key
}

/** Returns the code of a text under a key. */
export function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
