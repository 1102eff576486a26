/** Identities whose certificate is over; {@link createTlsIdentity} makes none. */

import { createPrivateKey, sign, X509Certificate } from 'node:crypto'

import { AsnConvert } from '@peculiar/asn1-schema'
import { Certificate, Validity } from '@peculiar/asn1-x509'

import { createTlsIdentity, createTlsKey, type TlsIdentity } from '../src/link/tls-identity.ts'

/** Returns a new identity that ended with the year 1999. */
export async function createExpiredIdentity(): Promise<TlsIdentity> {
  const identity = await createTlsIdentity(createTlsKey())
  const { raw } = new X509Certificate(identity.certificatePem)
  const certificate = AsnConvert.parse(raw, Certificate)
  certificate.tbsCertificate.validity = new Validity({
    notBefore: new Date(0),
    notAfter: new Date('1999-12-31T23:59:59Z'),
  })
  const signed = Buffer.from(AsnConvert.serialize(certificate.tbsCertificate))
  // What was parsed would be given back as it was.
  delete certificate.tbsCertificateRaw
  certificate.signatureValue = Uint8Array.from(
    sign(null, signed, createPrivateKey(identity.keyPem)),
  ).buffer
  const der = Buffer.from(AsnConvert.serialize(certificate))
  return { ...identity, certificatePem: new X509Certificate(der).toString() }
}
