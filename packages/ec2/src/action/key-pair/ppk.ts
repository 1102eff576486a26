import { createHash, createHmac, type KeyObject } from 'node:crypto'

import { wireInteger, wireString } from './wire.ts'

/** A private key, as PuTTY's file tells it. */
export type PpkParts = {
  readonly algorithm: 'ssh-rsa' | 'ssh-ed25519'
  readonly comment: string
  /** As SSH sends it. */
  readonly publicBlob: Buffer
  readonly privateKey: KeyObject
}

/** Returns a private key as PuTTY reads it, in the second version of its format, which all of its versions know (PuTTY's manual, appendix C). */
export function writePpk({ algorithm, comment, publicBlob, privateKey }: PpkParts): string {
  const privateBlob = privateBlobOf(algorithm, privateKey)
  const signed = [algorithm, 'none', comment, publicBlob, privateBlob].map(wireString)
  const macKey = createHash('sha1').update('putty-private-key-file-mac-key').digest()
  const mac = createHmac('sha1', macKey).update(Buffer.concat(signed)).digest('hex')
  return [
    `PuTTY-User-Key-File-2: ${algorithm}`,
    'Encryption: none',
    `Comment: ${comment}`,
    ...linesOf('Public', publicBlob),
    ...linesOf('Private', privateBlob),
    `Private-MAC: ${mac}`,
    '',
  ].join('\r\n')
}

function privateBlobOf(algorithm: PpkParts['algorithm'], privateKey: KeyObject): Buffer {
  const { d = '', p = '', q = '', qi = '' } = privateKey.export({ format: 'jwk' })
  const parts = [d, p, q, qi].map((part) => Buffer.from(part, 'base64url'))
  if (algorithm === 'ssh-rsa') return Buffer.concat(parts.map(wireInteger))
  return wireString(parts[0] ?? Buffer.alloc(0))
}

function linesOf(name: string, blob: Buffer): readonly string[] {
  const lines = blob.toString('base64').match(/.{1,64}/g) ?? []
  return [`${name}-Lines: ${lines.length}`, ...lines]
}
