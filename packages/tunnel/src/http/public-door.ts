import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'

import { createGate, FairPlaces, type Gate } from '@nexqloud/kernel'

/** HTTP/1.1 as TLS negotiates it (ALPN). */
export const HTTP_PROTOCOL = 'http/1.1'

/** What everybody may read. */
export type PublicPage = {
  readonly type: string
  readonly body: Uint8Array
  /** What a name always leads to may be kept by whoever has it. */
  readonly isForEver: boolean
}

/** Returns what is at a path; nothing where that is nothing. Strangers choose the path. */
export type PublicPages = (path: string) => Promise<PublicPage | undefined>

/** How much strangers may take of a door. */
export type PublicLimits = {
  /** Connections at once; nobody takes all ({@link FairPlaces}). */
  readonly connections: number
  /** Without a byte in either direction. */
  readonly idleMs: number
  /** Of one connection, which is one answer: 64 MiB at some 5 Mbit a second. */
  readonly wholeMs: number
  /** Of all answers that are under way, MiB; nobody takes all of it. */
  readonly mebibytes: number
}

const publicLimitsByDefault: PublicLimits = {
  connections: 128,
  idleMs: 10_000,
  wholeMs: 120_000,
  mebibytes: 256,
}

/** Pages that are looked up at once: before that nobody knows how large they are. */
const LOOKED_UP = 4
const MEBIBYTE = 2 ** 20

/** Longer than any path that leads anywhere, and what clients say beside it. */
const MOST_HEADER_BYTES = 8192

/** What is read by whoever asks, without a key: a door on a port that is somebody's already. */
export type PublicDoor = {
  /** Serves one connection of somebody, who is known by an address or a key. */
  readonly serve: (socket: TLSSocket, client: string) => void
  readonly close: () => void
}

/** Returns a door: one answer a connection, no client that is believed anything. */
export function createPublicDoor(
  pages: PublicPages,
  { connections, idleMs, wholeMs, mebibytes }: PublicLimits = publicLimitsByDefault,
): PublicDoor {
  const sockets = new Set<Socket>()
  const places = new FairPlaces(connections)
  const clients = new WeakMap<Socket, string>()
  const answering = {
    pages,
    clients,
    pass: createGate(LOOKED_UP),
    room: new FairPlaces(mebibytes),
  }
  const hasAsked = new WeakSet<Socket>()
  const server = createServer({ maxHeaderSize: MOST_HEADER_BYTES }, (request, response) => {
    if (hasAsked.has(request.socket)) {
      request.socket.destroy()
      return
    }
    hasAsked.add(request.socket)
    void answer(answering, request, response)
  })
  server.timeout = idleMs
  server.on('timeout', (socket: Socket) => socket.destroy())
  return {
    serve: (socket, client) => {
      if (places.refusal(client) !== undefined) {
        socket.destroy()
        return
      }
      places.take(client)
      sockets.add(socket)
      clients.set(socket, client)
      const late = setTimeout(() => socket.destroy(), wholeMs)
      socket.once('close', () => {
        clearTimeout(late)
        sockets.delete(socket)
        places.leave(client)
      })
      server.emit('connection', socket)
    },
    close: () => sockets.forEach((socket) => socket.destroy()),
  }
}

type Answering = {
  readonly pages: PublicPages
  readonly clients: WeakMap<Socket, string>
  readonly pass: Gate
  readonly room: FairPlaces
}

async function answer(
  { pages, clients, pass, room }: Answering,
  { method, url = '', socket }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('connection', 'close')
  if (method !== 'GET') return end(response, 405)
  try {
    // Whoever is gone by then is looked up nothing.
    const page = await pass(async () => (response.destroyed ? undefined : pages(url)))
    if (page === undefined) return end(response, 404)
    const client = clients.get(socket) ?? ''
    const size = Math.ceil(page.body.length / MEBIBYTE)
    // Whoever reads is refused what the memory has no room for, and asks again.
    if (response.destroyed || room.refusal(client, size) !== undefined) return end(response, 503)
    room.take(client, size)
    response.once('close', () => room.leave(client, size))
    response.writeHead(200, {
      'content-type': page.type,
      'content-length': page.body.length,
      'cache-control': page.isForEver ? 'public, max-age=31536000, immutable' : 'no-store',
    })
    response.end(page.body)
  } catch {
    // A stranger learns nothing of what is wrong with us.
    end(response, 503)
  }
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 })
  response.end()
}
