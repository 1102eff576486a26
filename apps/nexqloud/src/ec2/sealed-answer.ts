import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto'

import { z } from 'zod'

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16
const PURPOSE = 'nexqloud sealed answer 1'

/** A public key of X25519 (RFC 7748): 32 bytes in base64url. */
export const publicKeyText = z.string().regex(/^[\w-]{43}$/)

/** An answer that opens for whoever asked alone. */
export const sealedAnswer = z.object({
  publicKey: publicKeyText,
  /** Nonce, ciphertext and tag, in base64. */
  sealed: z.base64().max(8192),
})

export type SealedAnswer = z.output<typeof sealedAnswer>

/** Who asks, for one answer. */
export type Asker = {
  /** As {@link publicKeyText} says. */
  readonly publicKey: string
  /** Returns what was answered; nothing where that was for somebody else, or is damaged. */
  readonly open: (answer: SealedAnswer) => string | undefined
}

/** Returns somebody who can be answered so that nobody on the way reads it. */
export function createAsker(): Asker {
  const own = generateKeyPairSync('x25519')
  const publicKey = textOf(own.publicKey)
  return {
    publicKey,
    open: (answer) => {
      const sealed = Buffer.from(answer.sealed, 'base64')
      const key = deriveKey(own.privateKey, answer.publicKey)
      if (key === undefined || sealed.length < NONCE_BYTES + TAG_BYTES) return undefined
      try {
        const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES))
        decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
        const opened = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES))
        return Buffer.concat([opened, decipher.final()]).toString()
      } catch {
        return undefined
      }
    },
  }
}

/**
 * Returns what seals one answer for who asked: X25519 with a key of its own, HKDF with SHA-256 (RFC 5869), AES-256-GCM. Nothing for a key by which everybody
 * would agree on the same secret.
 */
export function createSealer(publicKey: string): ((text: string) => SealedAnswer) | undefined {
  const own = generateKeyPairSync('x25519')
  const key = deriveKey(own.privateKey, publicKey)
  if (key === undefined) return undefined
  return (text) => {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv(CIPHER, key, nonce)
    const sealed = Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()])
    return { publicKey: textOf(own.publicKey), sealed: sealed.toString('base64') }
  }
}

function deriveKey(privateKey: KeyObject, theirs: string): Buffer | undefined {
  try {
    const key = { kty: 'OKP', crv: 'X25519', x: theirs }
    const publicKey = createPublicKey({ key, format: 'jwk' })
    const secret = diffieHellman({ privateKey, publicKey })
    return Buffer.from(hkdfSync('sha256', secret, '', PURPOSE, 32))
  } catch {
    return undefined
  }
}

function textOf(key: KeyObject): string {
  const { x = '' } = key.export({ format: 'jwk' })
  return x
}
