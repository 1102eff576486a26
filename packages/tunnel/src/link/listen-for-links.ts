import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'

import { clientAddressOf } from '@nexqloud/kernel'

import { createPublicDoor, HTTP_PROTOCOL, type PublicOffer } from '../http/public-door.ts'
import { CertificateExpiredError, LinkRefusedError } from './errors.ts'
import { expiredFarewell, sayFarewell, type Farewell } from './farewell.ts'
import { openLink, type Link, type LinkParts } from './link.ts'
import { addressOf, readPeerKey, TUNNEL_PROTOCOL } from './peer-key.ts'
import { Strangers } from './strangers.ts'
import type { TlsIdentity } from './tls-identity.ts'
import { hashTlsKey, type TlsKeyHash } from './tls-key-hash.ts'

/** How much strangers may take of us. */
export type ListenLimits = {
  /** Connections at once, of all kinds. */
  readonly connections: number
  /** Of these, connections that have not proved a key that is let in; no address takes all ({@link Strangers}). */
  readonly strangers: number
  /** How long such a one may take. */
  readonly handshakeMs: number
}

/** A stranger costs a handshake of some 0.3 ms of CPU time and some 50 KB. */
export const listenLimitsByDefault: ListenLimits = Object.freeze({
  connections: 20_000,
  strangers: 1000,
  handshakeMs: 10_000,
})

/** What a listener stands on. */
export type ListenParts = LinkParts & {
  readonly host: string
  /** 0 for any free one. */
  readonly port: number
  readonly identity: TlsIdentity
  readonly listen: ListenLimits
  /** Resolves with why a key is not let in, undefined where it is. May be asked often for the same key. */
  readonly refuse: (keyHash: TlsKeyHash) => Promise<LinkRefusedError | undefined>
  /** What everybody may read and bring who speaks HTTP here, with no key of its own; nothing where it is left out. */
  readonly offer?: PublicOffer
  /** A stranger was not let in. */
  readonly onRefused: (refusal: { readonly address: string; readonly error: unknown }) => void
}

/** An open port for links. */
export type LinkListener = {
  readonly port: number
  /** The links of now. */
  readonly links: () => readonly Link[]
  /** Takes no more links, gives those that are open so long to end, and closes the port. */
  readonly close: (graceMs: number) => Promise<void>
}

/** Opens a port on which devices dial. */
export async function listenForLinks(parts: ListenParts): Promise<LinkListener> {
  const { listen, host, port } = parts
  const links = new Set<Link>()
  const strangers = new Strangers(listen.strangers)
  const doors = parts.offer && openDoors(parts.offer)
  const server = makeServer(parts)
  const welcome = async (socket: TLSSocket): Promise<void> => {
    const link = await admit(socket, parts)
    if (link === undefined) return
    links.add(link)
    void link.closed.finally(() => links.delete(link))
  }
  server.maxConnections = listen.connections
  server.on('connection', (socket: Socket) => {
    const address = addressOf(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => strangers.leave(address))
    if (!strangers.enter(socket)) socket.destroy()
  })
  server.on('tlsClientError', (error, socket) => {
    parts.onRefused({ address: addressOf(socket), error })
    socket.destroy()
  })
  server.on('secureConnection', (socket) => {
    const address = addressOf(socket)
    socket.on('error', () => socket.destroy())
    if (doors !== undefined && socket.alpnProtocol === HTTP_PROTOCOL) {
      // It has a place of those that the public doors give out: nobody who reads keeps a device waiting.
      strangers.leave(address)
      doors.serve(socket)
      return
    }
    void welcome(socket).finally(() => strangers.leave(address))
  })
  server.listen(port, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    links: () => [...links],
    close: async (graceMs) => {
      const closed = once(server, 'close')
      server.close()
      await Promise.all(Array.from(links, (link) => link.close(graceMs)))
      strangers.destroy()
      doors?.close()
      await closed
    },
  }
}

type Doors = { readonly serve: (socket: TLSSocket) => void; readonly close: () => void }

/** One door for strangers, by their addresses, and one for peers, by their keys. */
function openDoors(offer: PublicOffer): Doors {
  const [strangers, peers] = [createPublicDoor(offer), createPublicDoor(offer)]
  return {
    serve: (socket) => {
      const certificate = socket.getPeerX509Certificate()
      const keyHash = certificate && hashTlsKey(certificate.publicKey)
      if (keyHash !== undefined && offer.isPeer?.(keyHash) === true) peers.serve(socket, keyHash)
      else strangers.serve(socket, clientAddressOf(socket.remoteAddress))
    },
    close: () => {
      strangers.close()
      peers.close()
    },
  }
}

function makeServer({ identity, listen, offer }: ListenParts): Server {
  return createServer({
    key: identity.keyPem,
    cert: identity.certificatePem,
    minVersion: 'TLSv1.3',
    ALPNProtocols: offer === undefined ? [TUNNEL_PROTOCOL] : [TUNNEL_PROTOCOL, HTTP_PROTOCOL],
    requestCert: true,
    rejectUnauthorized: false,
    handshakeTimeout: listen.handshakeMs,
  })
}

/** Returns the link with a stranger who may come in; tells one who may not why. */
async function admit(socket: TLSSocket, parts: ListenParts): Promise<Link | undefined> {
  const address = addressOf(socket)
  try {
    const peerKeyHash = readPeerKey(socket, parts.clock.wallMs())
    const refusal = await parts.refuse(peerKeyHash)
    if (refusal !== undefined) throw refusal
    if (socket.destroyed) return undefined
    return openLink({ socket, role: 'listener', peerKeyHash }, parts).link
  } catch (error) {
    parts.onRefused({ address, error })
    sayFarewell(socket, farewellFor(error))
    return undefined
  }
}

/** A stranger learns what is wrong with it, and nothing of what is wrong with us. */
function farewellFor(error: unknown): Farewell {
  if (error instanceof LinkRefusedError) return { code: error.resetCode, reason: error.message }
  if (error instanceof CertificateExpiredError) return expiredFarewell(error)
  const reason = 'This end cannot tell now whether the key is let in.'
  return { code: 'refusedStream', reason }
}
