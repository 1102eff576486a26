import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  hkdfSync,
  randomBytes,
} from 'node:crypto'

/** Seals a few bytes, and opens what it sealed. */
export type Seal = {
  /** Names the key; says nothing of it. */
  readonly id: string
  /** Returns sealed bytes that open for this context alone. */
  readonly close: (bytes: Uint8Array, context: string) => Buffer
  /** Returns what was sealed; nothing where that was with another key, for another context, or is damaged. */
  readonly open: (sealed: Uint8Array, context: string) => Buffer | undefined
}

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16
const WALLETS = 'nexqloud managed wallets 1'

/**
 * Returns a seal by a key that follows from a private key (PEM) and what it is for alone: HKDF with SHA-256 (RFC 5869), AES-256-GCM. What is sealed for
 * one purpose opens for no other.
 */
export function createSeal(privateKeyPem: string, purpose = WALLETS): Seal {
  const secret = createPrivateKey(privateKeyPem).export({ format: 'der', type: 'pkcs8' })
  const derive = (use: string): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `${purpose} ${use}`, 32))
  const key = derive('key')
  return {
    id: createHash('sha256').update(derive('id')).digest('hex').slice(0, 32),
    close: (bytes, context) => {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(context))
      const sealed = Buffer.concat([cipher.update(bytes), cipher.final()])
      return Buffer.concat([nonce, sealed, cipher.getAuthTag()])
    },
    open: (sealed, context) => {
      if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined
      const nonce = sealed.subarray(0, NONCE_BYTES)
      const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(context))
        .setAuthTag(sealed.subarray(-TAG_BYTES))
      try {
        const opened = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES))
        return Buffer.concat([opened, decipher.final()])
      } catch {
        return undefined
      }
    },
  }
}
