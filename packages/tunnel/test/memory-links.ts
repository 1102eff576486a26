import type { LinkEndpoint } from '../src/link/dial-link.ts'
import type { Link } from '../src/link/link.ts'
import { parseTlsKeyHash } from '../src/link/tls-key-hash.ts'
import { LinkEndedError } from '../src/mux/errors.ts'
import { connectMuxes } from './mux-end.ts'

/** Returns an endpoint that is called so. */
export function endpointOf(host: string): LinkEndpoint {
  const keyHash = parseTlsKeyHash(`0x${Buffer.from(host).toString('hex').padEnd(64, '0')}`)
  return { host, port: 443, keyHash }
}

/** Returns a link that leads nowhere, and what ends it. */
export function createLink() {
  const closed = Promise.withResolvers<LinkEndedError>()
  const leaving = Promise.withResolvers<void>()
  const end = (): void => {
    leaving.resolve()
    closed.resolve(new LinkEndedError('noError', 'It was over.'))
  }
  const link: Link = {
    mux: connectMuxes().dialer.mux,
    peerKeyHash: endpointOf('x').keyHash,
    peerAddress: '192.0.2.1',
    leaving: leaving.promise,
    closed: closed.promise,
    close: async () => end(),
  }
  return { link, leave: () => leaving.resolve(), end }
}
