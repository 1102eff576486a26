import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  X509Certificate,
} from 'node:crypto'
import { isIP } from 'node:net'

import type { Extension } from '@peculiar/asn1-x509'

import { hashTlsKey, type TlsKeyHash } from './tls-key-hash.ts'

/** Who one end of a link is: an Ed25519 key, and a certificate that carries it. */
export type TlsIdentity = {
  /** PKCS #8. */
  readonly keyPem: string
  readonly certificatePem: string
  readonly keyHash: TlsKeyHash
}

/** Returns a new Ed25519 key, PKCS #8. */
export function createTlsKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519')
  return privateKey.export({ type: 'pkcs8', format: 'pem' })
}

/**
 * Returns the identity of an Ed25519 key. The certificate is signed by the key itself and has no end (RFC 5280, 4.1.2.5):
 * the key is pinned by the chain, and a device's clock may be wrong by years. Clients that do not pin find in it the names, hosts and IP
 * addresses, under which it serves. The same key and names give the same certificate: who was given it goes on trusting it after a
 * restart.
 */
export async function createTlsIdentity(
  keyPem: string,
  names: readonly string[] = [],
): Promise<TlsIdentity> {
  const privateKey = createPrivateKey(keyPem)
  const publicKey = createPublicKey(privateKey)
  const certificate = await encodeCertificate({
    publicKey: publicKey.export({ type: 'spki', format: 'der' }),
    names,
    sign: (bytes) => sign(null, bytes, privateKey),
  })
  const certificatePem = new X509Certificate(certificate).toString()
  return { keyPem, certificatePem, keyHash: hashTlsKey(publicKey) }
}

type Signer = {
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Buffer
  readonly names: readonly string[]
  readonly sign: (bytes: Buffer) => Buffer
}

/** Returns a certificate, DER. What encodes it is loaded only here: whoever keeps the certificate never needs it again. */
async function encodeCertificate({ publicKey, names, sign: signBytes }: Signer): Promise<Buffer> {
  const { AsnConvert } = await import('@peculiar/asn1-schema')
  const asn1 = await import('@peculiar/asn1-x509')
  const signature = new asn1.AlgorithmIdentifier({ algorithm: ED25519 })
  const commonName = new asn1.AttributeTypeAndValue({
    type: COMMON_NAME,
    value: new asn1.AttributeValue({ utf8String: 'NexQloud' }),
  })
  const name = new asn1.Name([new asn1.RelativeDistinguishedName([commonName])])
  const tbsCertificate = new asn1.TBSCertificate({
    version: asn1.Version.v3,
    serialNumber: serialNumberOf(publicKey, names),
    signature,
    issuer: name,
    subject: name,
    validity: new asn1.Validity({ notBefore: new Date(0), notAfter: NO_END }),
    subjectPublicKeyInfo: AsnConvert.parse(publicKey, asn1.SubjectPublicKeyInfo),
    ...(names.length > 0 && { extensions: new asn1.Extensions([await encodeNames(names)]) }),
  })
  const signatureValue = toArrayBuffer(signBytes(Buffer.from(AsnConvert.serialize(tbsCertificate))))
  const certificate = new asn1.Certificate({
    tbsCertificate,
    signatureAlgorithm: signature,
    signatureValue,
  })
  return Buffer.from(AsnConvert.serialize(certificate))
}

/** Returns the extension subjectAltName. */
async function encodeNames(names: readonly string[]): Promise<Extension> {
  const { AsnConvert, OctetString } = await import('@peculiar/asn1-schema')
  const { Extension: X509Extension, ...asn1 } = await import('@peculiar/asn1-x509')
  const general = names.map(
    (name) => new asn1.GeneralName(isIP(name) > 0 ? { iPAddress: name } : { dNSName: name }),
  )
  const encoded = AsnConvert.serialize(new asn1.SubjectAlternativeName(general))
  return new X509Extension({
    extnID: asn1.id_ce_subjectAltName,
    extnValue: new OctetString(encoded),
  })
}

/** RFC 8410, section 3. */
const ED25519 = '1.3.101.112'
const COMMON_NAME = '2.5.4.3'
const NO_END = new Date('9999-12-31T23:59:59Z')

/** Positive and of 16 bytes (RFC 5280, 4.1.2.2); one for each certificate of a key. */
function serialNumberOf(publicKey: Buffer, names: readonly string[]): ArrayBuffer {
  const hash = createHash('sha256').update(publicKey).update(JSON.stringify(names)).digest()
  const bytes = hash.subarray(0, 16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return toArrayBuffer(bytes)
}

function toArrayBuffer(bytes: Buffer): ArrayBuffer {
  return Uint8Array.from(bytes).buffer
}
