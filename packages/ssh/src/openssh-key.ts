import type { KeyObject } from 'node:crypto'

import { wireNumber, wireString } from './wire.ts'

/** OpenSSH pads to the block of a cipher; where there is none, to 8. Source: OpenSSH's PROTOCOL.key. */
const BLOCK_BYTES = 8

/**
 * Returns a private Ed25519 key as OpenSSH's files have it, without a password. ssh2 can write one, too, and leaves zeros away that a point begins
 * with: nobody can use one in 256 of its keys.
 */
export function writeOpenSshKey(privateKey: KeyObject): string {
  const { x = '', d = '' } = privateKey.export({ format: 'jwk' })
  const [point, seed] = [x, d].map((text) => Buffer.from(text, 'base64url')) as [Buffer, Buffer]
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
