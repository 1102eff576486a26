import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'

import { CertificateExpiredError, LinkRefusedError } from './errors.ts'
import { hashTlsKey, type TlsKeyHash } from './tls-key-hash.ts'

/** The protocol of the frames, as TLS negotiates it (ALPN): ends that do not speak it never send a byte. */
export const TUNNEL_PROTOCOL = 'nexqloud-tunnel/1'

/**
 * Returns the hash of the key that the peer has proved, in the handshake, to have.
 *
 * @throws {@link LinkRefusedError} where it showed none or speaks another protocol.
 * @throws {@link CertificateExpiredError} where its certificate is not valid now.
 */
export function readPeerKey(socket: TLSSocket, wallMs: number): TlsKeyHash {
  const certificate = socket.getPeerX509Certificate()
  if (socket.alpnProtocol !== TUNNEL_PROTOCOL) {
    throw new LinkRefusedError(`${addressOf(socket)} does not speak ${TUNNEL_PROTOCOL}.`)
  }
  if (certificate === undefined) {
    throw new LinkRefusedError(`${addressOf(socket)} showed no certificate.`)
  }
  const [from, to, now] = [certificate.validFromDate, certificate.validToDate, new Date(wallMs)]
  if (now < from || now > to) {
    throw new CertificateExpiredError(addressOf(socket), { from, to, now })
  }
  return hashTlsKey(certificate.publicKey)
}

/** Returns where a socket leads to, for messages. */
export function addressOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress ?? 'a peer that is gone'}:${remotePort ?? 0}`
}
