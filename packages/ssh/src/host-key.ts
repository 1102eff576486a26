import { createPrivateKey, hkdfSync } from 'node:crypto'

import { writeOpenSshKey } from './openssh-key.ts'

/** Returns the private host key of an instance, as OpenSSH's files have it. The same instance always gets the same one. */
export type HostKeyOf = (instance: string) => string

/** What comes before the seed of an Ed25519 key in PKCS #8 (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const PURPOSE = 'nexqloud ssh host keys 1'
const SEED_BYTES = 32
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
    const der = Buffer.concat([PKCS8, Buffer.from(seed)])
    const key = writeOpenSshKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }))
    const [oldest] = kept.keys()
    if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest)
    kept.set(instance, key)
    return key
  }
}
