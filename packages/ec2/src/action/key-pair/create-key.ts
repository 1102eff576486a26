import { createHash, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'

import { writeOpenSshKey } from '@nexqloud/ssh'
import ssh2 from 'ssh2'

import { writePpk } from './ppk.ts'
import { fingerprintOfEd25519, withColons, type PublicKey } from './public-key.ts'

/** A key that was made here. */
export type CreatedKey = PublicKey & {
  /** The private key, as a file of it is written. */
  readonly material: string
}

/** What is asked for. */
export type KeyWish = {
  readonly type: PublicKey['type']
  readonly format: 'pem' | 'ppk'
  readonly name: string
}

/** Source: EC2's user guide, key pairs. */
const RSA_BITS = 2048

/** Makes a key. Its private part is in what is returned, and nowhere else. */
export async function createKey({ type, format, name }: KeyWish): Promise<CreatedKey> {
  const { privateKey, pem } = await generate(type)
  const parsed = ssh2.utils.parseKey(pem)
  if (parsed instanceof Error) throw parsed
  const publicBlob = parsed.getPublicSSH()
  const algorithm = type === 'rsa' ? 'ssh-rsa' : 'ssh-ed25519'
  const isPpk = format === 'ppk'
  return {
    type,
    line: `${algorithm} ${publicBlob.toString('base64')} ${name}`,
    fingerprint: type === 'rsa' ? fingerprintOf(privateKey) : fingerprintOfEd25519(publicBlob),
    material: isPpk ? writePpk({ algorithm, comment: name, publicBlob, privateKey }) : pem,
  }
}

type Generated = { readonly privateKey: KeyObject; readonly pem: string }

/** RSA keys are told as PKCS #1 has them, others as OpenSSH does: its tools read no other form of those. */
async function generate(type: PublicKey['type']): Promise<Generated> {
  if (type === 'rsa') {
    const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: RSA_BITS })
    return { privateKey, pem: privateKey.export({ type: 'pkcs1', format: 'pem' }) }
  }
  const { privateKey } = await promisify(generateKeyPair)('ed25519')
  return { privateKey, pem: writeOpenSshKey(privateKey) }
}

/** Of an RSA key that EC2 made: a digest of the private key. */
function fingerprintOf(privateKey: KeyObject): string {
  const document = privateKey.export({ type: 'pkcs8', format: 'der' })
  return withColons(createHash('sha1').update(document).digest())
}
