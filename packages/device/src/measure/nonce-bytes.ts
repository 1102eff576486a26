import { createCipheriv, hash } from 'node:crypto'

import type { MeasureQuestion } from '../protocol/measurement.ts'

/** What memory and disk are worked with is this, again and again. */
export const BLOCK_BYTES = 2 ** 20

/** Returns an endless source of bytes that follow from nonce and device, and that nobody can compress: AES-256 in counter mode. */
export function createNonceBytes({ nonce, device }: MeasureQuestion): (bytes: number) => Buffer {
  const key = hash('sha256', `nexqloud measurement bytes ${nonce} ${device}`, 'buffer')
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  return (bytes) => cipher.update(Buffer.alloc(bytes))
}

/** Returns the first block of it. */
export function blockOf(question: MeasureQuestion): Buffer {
  return createNonceBytes(question)(BLOCK_BYTES)
}

/** Returns what shows that the block was there. */
export function proofOf(block: Uint8Array): string {
  return hash('sha256', block)
}
