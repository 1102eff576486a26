import { createPrivateKey, createPublicKey, hkdfSync } from 'node:crypto'

import { wireNumber, wireString } from './wire.ts'

/** Returns the private host key of an instance, as OpenSSH's files have it. The same instance always gets the same one. */
export type HostKeyOf = (instance: string) => string

/** What comes before the seed of an Ed25519 key in PKCS #8 (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const PURPOSE = 'nexqloud ssh host keys 1'
const SEED_BYTES = 32
/** OpenSSH pads to the block of a cipher; where there is none, to 8. Source: OpenSSH's PROTOCOL.key. */
const BLOCK_BYTES = 8
/** How many keys are kept: each costs a millisecond to make. */
const MOST_KEPT = 1024

/**
 * Returns host keys that follow from a secret and the instance's name (HKDF, RFC 5869): nothing has to be stored, and whoever has the secret
 * speaks for an instance wherever it runs.
 */
export function createHostKeys(secret: Uint8Array): HostKeyOf {
  const kept = new Map<string, string>()
  return (instance) => {
    const known = kept.get(instance)
    if (known !== undefined) return known
    const seed = hkdfSync('sha256', secret, '', `${PURPOSE} ${instance}`, SEED_BYTES)
    const key = writeOpenSshKey(Buffer.from(seed))
    const [oldest] = kept.keys()
    if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest)
    kept.set(instance, key)
    return key
  }
}

function writeOpenSshKey(seed: Buffer): string {
  const der = Buffer.concat([PKCS8, seed])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' })
  const point = Buffer.from(x, 'base64url')
  const publicBlob = Buffer.concat([wireString('ssh-ed25519'), wireString(point)])
  const check = wireNumber(0)
  const secret = Buffer.concat([
    check,
    check,
    publicBlob,
    wireString(Buffer.concat([seed, point])),
    wireString(''),
  ])
  const padding = Buffer.from(
    Array.from({ length: -secret.length & (BLOCK_BYTES - 1) }, (_, index) => index + 1),
  )
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...['none', 'none', ''].map(wireString),
    wireNumber(1),
    wireString(publicBlob),
    wireString(Buffer.concat([secret, padding])),
  ])
  const lines = file.toString('base64').match(/.{1,70}/g) ?? []
  const frame = (word: string): string => `-----${word} OPENSSH PRIVATE KEY-----`
  return [frame('BEGIN'), ...lines, frame('END'), ''].join('\n')
}
