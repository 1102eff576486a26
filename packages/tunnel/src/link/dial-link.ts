import { isIP } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'

import { LinkEndedError } from '../mux/errors.ts'
import {
  CertificateExpiredError,
  LinkDialError,
  LinkKeyMismatchError,
  LinkRefusedByPeerError,
} from './errors.ts'
import { expiredFarewell, sayFarewell } from './farewell.ts'
import { openLink, type Link, type LinkParts } from './link.ts'
import { readPeerKey, TUNNEL_PROTOCOL } from './peer-key.ts'
import type { TlsIdentity } from './tls-identity.ts'
import type { TlsKeyHash } from './tls-key-hash.ts'

/** A masternode as the chain names it. */
export type LinkEndpoint = {
  readonly host: string
  readonly port: number
  readonly keyHash: TlsKeyHash
}

/** What a dialled link stands on. */
export type DialParts = LinkParts & {
  readonly identity: TlsIdentity
  /** From the first packet to the first answer through the tunnel. */
  readonly timeoutMs: number
}

/**
 * Opens a link and returns it once the other end has let us in.
 *
 * @throws {@link LinkDialError} where nobody answers in time.
 * @throws {@link LinkRefusedByPeerError} where we are not let in: the message says what the other end said.
 * @throws {@link LinkKeyMismatchError} where the endpoint has another key.
 * @throws {@link CertificateExpiredError} where its certificate is not valid now, which it is told.
 */
export async function dialLink(
  endpoint: LinkEndpoint,
  parts: DialParts,
  signal: AbortSignal,
): Promise<Link> {
  const address = `${endpoint.host}:${endpoint.port}`
  const ended = new AbortController()
  const late = parts.clock.delay(parts.timeoutMs, AbortSignal.any([signal, ended.signal]))
  const socket = startTls(endpoint, parts.identity)
  try {
    await Promise.race([untilSecure(socket), late.then(() => fail(signal, parts.timeoutMs))])
    const found = readPeerKey(socket, parts.clock.wallMs())
    const expected = endpoint.keyHash
    if (found !== expected) throw new LinkKeyMismatchError(address, { expected, found })
    const opened = openLink({ socket, role: 'dialer', peerKeyHash: found }, parts)
    await Promise.race([opened.answered, late.then(() => fail(signal, parts.timeoutMs))])
    if (!opened.link.mux.isOpen) throw await opened.link.closed
    return opened.link
  } catch (failure) {
    const isExpired = failure instanceof CertificateExpiredError
    if (isExpired) sayFarewell(socket, expiredFarewell(failure))
    else socket.destroy()
    signal.throwIfAborted()
    if (isExpired || failure instanceof LinkKeyMismatchError) throw failure
    throw isRefusal(failure)
      ? new LinkRefusedByPeerError(address, failure)
      : new LinkDialError(address, failure)
  } finally {
    ended.abort()
  }
}

function isRefusal(failure: unknown): failure is LinkEndedError {
  return (
    failure instanceof LinkEndedError && ['refusedStream', 'keyInUse'].includes(failure.resetCode)
  )
}

function fail(signal: AbortSignal, timeoutMs: number): never {
  signal.throwIfAborted()
  throw new Error(`there was no answer within ${timeoutMs} ms.`)
}

/** The certificate is judged by its key alone, in {@link readPeerKey}. */
function startTls({ host, port }: LinkEndpoint, identity: TlsIdentity): TLSSocket {
  return connect({
    host,
    port,
    key: identity.keyPem,
    cert: identity.certificatePem,
    minVersion: 'TLSv1.3',
    ALPNProtocols: [TUNNEL_PROTOCOL],
    rejectUnauthorized: false,
    ...(isIP(host) === 0 && { servername: host }),
  })
}

function untilSecure(socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve)
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the connection was closed in the handshake.')))
  })
}
