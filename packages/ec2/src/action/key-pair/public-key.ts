import { createHash, createPublicKey, type KeyObject } from 'node:crypto'

import ssh2 from 'ssh2'

import { ActionError } from '../errors.ts'
import { wireInteger, wireString } from './wire.ts'

/** A key by which somebody is let in. */
export type PublicKey = {
  readonly type: 'rsa' | 'ed25519'
  /** As `authorized_keys` has it. */
  readonly line: string
  /** What EC2 tells of an imported key. */
  readonly fingerprint: string
}

/** Source: EC2's user guide, key pairs: 1024, 2048 and 4096 bits; what lies between is as safe. */
const LEAST_RSA_BITS = 1024
const MOST_RSA_BITS = 4096
/** The longest of these keys has 724 characters; the rest may be said of it. */
const MOST_BYTES = 4096

/**
 * Returns the key that somebody imports, in OpenSSH's form, as a file of SSH2 (RFC 4716), or as a DER document in Base64.
 *
 * @throws {@link ActionError} `InvalidKey.Format`.
 */
export function parsePublicKey(material: Uint8Array, name: string): PublicKey {
  if (material.length > MOST_BYTES) throw malformed()
  const { blob, comment } = readBlob(Buffer.from(material).toString('utf8'))
  const algorithm = algorithmOf(blob)
  const line = `${algorithm} ${blob.toString('base64')} ${comment === '' ? name : comment}`
  const parsed = ssh2.utils.parseKey(line)
  if (parsed instanceof Error || !blob.equals(parsed.getPublicSSH())) throw malformed()
  const key = keyOf(parsed.getPublicPEM())
  if (algorithm === 'ssh-ed25519') {
    return { type: 'ed25519', line, fingerprint: fingerprintOfEd25519(blob) }
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS) throw malformed()
  return { type: 'rsa', line, fingerprint: fingerprintOfRsa(key) }
}

/** What `ssh-keygen -l` shows, with the padding that OpenSSH leaves out. */
export function fingerprintOfEd25519(blob: Uint8Array): string {
  return createHash('sha256').update(blob).digest('base64')
}

/** Returns bytes as EC2 writes digests. */
export function withColons(digest: Buffer): string {
  return digest.toString('hex').replace(/..(?=.)/g, '$&:')
}

function fingerprintOfRsa(key: KeyObject): string {
  const document = key.export({ type: 'spki', format: 'der' })
  return withColons(createHash('md5').update(document).digest())
}

type Blob = { readonly blob: Buffer; readonly comment: string }

function readBlob(text: string): Blob {
  if (text.startsWith('---- BEGIN SSH2 PUBLIC KEY ----')) return readRfc4716(text)
  const [, encoded, comment = ''] = /^ssh-\w+\s+(\S+)(?:[^\S\n]+(.*\S))?\s*$/.exec(text) ?? []
  if (encoded !== undefined) return { blob: decode(encoded), comment }
  return { blob: blobOfDocument(text), comment: '' }
}

/** Headers may go on in the next line, after a backslash (RFC 4716, section 3.3). */
function readRfc4716(text: string): Blob {
  const whole = text.replaceAll(/\\\r?\n/g, '')
  const lines = whole.trimEnd().split(/\r?\n/)
  if (lines.at(-1) !== '---- END SSH2 PUBLIC KEY ----') throw malformed()
  const inside = lines.slice(1, -1)
  const headers = inside.filter((line) => line.includes(':'))
  const said = headers.find((line) => /^comment:/i.test(line)) ?? ''
  const comment = said
    .slice('comment:'.length)
    .trim()
    .replace(/^"(.*)"$/, '$1')
  return { blob: decode(inside.filter((line) => !line.includes(':')).join('')), comment }
}

function blobOfDocument(text: string): Buffer {
  const der = decode(text.replaceAll(/-----(BEGIN|END) PUBLIC KEY-----/g, ''))
  const key = keyOf({ key: der, format: 'der', type: 'spki' })
  const { asymmetricKeyType: type } = key
  if (type !== 'rsa' && type !== 'ed25519') throw malformed()
  const { n = '', e = '', x = '' } = key.export({ format: 'jwk' })
  const bytes = (part: string): Buffer => Buffer.from(part, 'base64url')
  return type === 'rsa'
    ? Buffer.concat([wireString('ssh-rsa'), wireInteger(bytes(e)), wireInteger(bytes(n))])
    : Buffer.concat([wireString('ssh-ed25519'), wireString(bytes(x))])
}

/** Of what is no Base64 nothing is taken, as MIME has it, which RFC 4716 asks for. */
function decode(text: string): Buffer {
  return Buffer.from(text.replaceAll(/[^A-Za-z0-9+/]/g, ''), 'base64')
}

function algorithmOf(blob: Buffer): 'ssh-rsa' | 'ssh-ed25519' {
  const algorithm = blob.length < 4 ? '' : blob.toString('latin1', 4, 4 + blob.readUInt32BE(0))
  if (algorithm === 'ssh-rsa' || algorithm === 'ssh-ed25519') return algorithm
  throw malformed()
}

function keyOf(key: Parameters<typeof createPublicKey>[0]): KeyObject {
  try {
    return createPublicKey(key)
  } catch {
    throw malformed()
  }
}

function malformed(): ActionError {
  return new ActionError('InvalidKey.Format', 'Key is not in valid OpenSSH public key format')
}
