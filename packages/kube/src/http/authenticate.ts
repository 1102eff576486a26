import type { PeerCertificate, TLSSocket } from 'node:tls'

import type { User } from '../server/user.ts'

/** Returns who has a bearer token; nothing where nobody has. */
export type TokenReader = (token: string) => User | undefined | Promise<User | undefined>

/** Returns who asks: by the token, else by the client certificate that the server's authority signed; nothing where neither is. */
export async function authenticate(
  request: {
    readonly authorization: string | undefined
    readonly socket: Pick<TLSSocket, 'authorized'> & {
      readonly getPeerCertificate: () => PeerCertificate
    }
    readonly nowMs: number
  },
  readToken: TokenReader,
): Promise<User | undefined> {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.authorization ?? '') ?? []
  if (token !== undefined) return readToken(token)
  if (!request.socket.authorized) return undefined
  const certificate = request.socket.getPeerCertificate()
  // A connection may outlive the certificate that it began with.
  return Date.parse(certificate.valid_to) > request.nowMs ? userOf(certificate) : undefined
}

/** The common name is the user, the organisations are its groups. */
function userOf({ subject }: PeerCertificate): User | undefined {
  const [name] = [subject?.CN ?? ''].flat()
  if (name === undefined || name === '') return undefined
  const groups = [subject.O ?? []].flat()
  return { name, groups }
}
