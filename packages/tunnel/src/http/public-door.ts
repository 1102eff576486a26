import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'

import { createGate, FairPlaces, siteOf, type Gate } from '@nexqloud/kernel'

import type { TlsKeyHash } from '../link/tls-key-hash.ts'

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

/** What somebody has brought. */
export type PublicPost = {
  readonly path: string
  readonly body: Uint8Array
  /** Who brought it, as far as strangers can be told apart: an address. */
  readonly client: string
}

/** What becomes of what was brought, in JSON. */
export type PublicReply = {
  readonly status: number
  readonly body: Uint8Array
  /** When to come back, where that is later. */
  readonly retryAfterSeconds?: number
}

/** Takes what strangers bring; nothing where nothing is taken at that path. Whoever has left by then is not told. */
export type PublicPosts = (post: PublicPost) => Promise<PublicReply | undefined>

/** What a door has for everybody. */
export type PublicOffer = {
  readonly pages?: PublicPages | undefined
  readonly posts?: PublicPosts | undefined
  /** Who waits for no stranger: whoever proves such a key has places of its own. Nobody where it is left out. */
  readonly isPeer?: ((keyHash: TlsKeyHash) => boolean) | undefined
}

/** How much strangers may take of a door. */
export type PublicLimits = {
  /** Connections at once; no address takes all, and no customer of a provider ({@link FairPlaces}). */
  readonly connections: number
  /** Without a byte in either direction. */
  readonly idleMs: number
  /** Until somebody has asked, in whole: 4 KiB and some headers. Bytes that come one by one keep no place for longer. */
  readonly askMs: number
  /** Of one connection, which is one answer: 64 MiB at some 5 Mbit a second. */
  readonly wholeMs: number
  /** Of all answers that are under way, MiB; nobody takes all of it. */
  readonly mebibytes: number
  /** Of what somebody brings. */
  readonly postBytes: number
}

const publicLimitsByDefault: PublicLimits = {
  connections: 128,
  idleMs: 10_000,
  askMs: 10_000,
  wholeMs: 120_000,
  mebibytes: 256,
  postBytes: 4096,
}

/** Pages that are looked up at once: before that nobody knows how large they are. */
const LOOKED_UP = 4
const MEBIBYTE = 2 ** 20

/** Longer than any path that leads anywhere, and what clients say beside it. */
const MOST_HEADER_BYTES = 8192

/** What is read, and brought, by whoever comes, without a key: a door on a port that is somebody's already. */
export type PublicDoor = {
  /** Serves one connection of somebody, who is known by an address or a key. */
  readonly serve: (socket: TLSSocket, client: string) => void
  readonly close: () => void
}

/** Returns a door: one answer a connection, no client that is believed anything. */
export function createPublicDoor(
  offer: PublicOffer,
  limits: PublicLimits = publicLimitsByDefault,
): PublicDoor {
  const { connections, idleMs, askMs, wholeMs, mebibytes, postBytes } = limits
  const sockets = new Set<Socket>()
  const places = new FairPlaces(connections)
  const sites = new FairPlaces(connections)
  const clients = new WeakMap<Socket, string>()
  const asking = new WeakMap<Socket, NodeJS.Timeout>()
  const answering = {
    ...offer,
    clients,
    hasAsked: (socket: Socket) => clearTimeout(asking.get(socket)),
    postBytes,
    pass: createGate(LOOKED_UP),
    room: new FairPlaces(mebibytes),
  }
  const known = new WeakSet<Socket>()
  const server = createServer({ maxHeaderSize: MOST_HEADER_BYTES }, (request, response) => {
    if (known.has(request.socket)) {
      request.socket.destroy()
      return
    }
    known.add(request.socket)
    void answer(answering, request, response)
  })
  server.timeout = idleMs
  server.on('timeout', (socket: Socket) => socket.destroy())
  return {
    serve: (socket, client) => {
      const site = siteOf(client)
      if (places.refusal(client) !== undefined || sites.refusal(site) !== undefined) {
        socket.destroy()
        return
      }
      places.take(client)
      sites.take(site)
      sockets.add(socket)
      clients.set(socket, client)
      const late = setTimeout(() => socket.destroy(), wholeMs)
      const slow = setTimeout(() => socket.destroy(), askMs)
      asking.set(socket, slow)
      socket.once('close', () => {
        clearTimeout(late)
        clearTimeout(slow)
        sockets.delete(socket)
        places.leave(client)
        sites.leave(site)
      })
      server.emit('connection', socket)
    },
    close: () => sockets.forEach((socket) => socket.destroy()),
  }
}

type Answering = PublicOffer & {
  readonly clients: WeakMap<Socket, string>
  /** Who has asked in whole waits for us from then on. */
  readonly hasAsked: (socket: Socket) => void
  readonly postBytes: number
  readonly pass: Gate
  readonly room: FairPlaces
}

async function answer(
  answering: Answering,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('connection', 'close')
  try {
    if (request.method === 'GET') await answerReader(answering, request, response)
    else if (request.method === 'POST') await answerBringer(answering, request, response)
    else end(response, 405)
  } catch {
    // A stranger learns nothing of what is wrong with us.
    end(response, 503)
  }
}

async function answerReader(
  { pages, clients, hasAsked, pass, room }: Answering,
  { url = '', socket }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  hasAsked(socket)
  // Whoever is gone by then is looked up nothing.
  const page = await pass(async () => (response.destroyed ? undefined : pages?.(url)))
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
}

async function answerBringer(
  { posts, clients, hasAsked, postBytes }: Answering,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request, postBytes)
  if (body === undefined) return end(response, 413)
  hasAsked(request.socket)
  const client = clients.get(request.socket) ?? ''
  const reply = await posts?.({ path: request.url ?? '', body, client })
  if (reply === undefined) return end(response, 404)
  const { status, retryAfterSeconds } = reply
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', retryAfterSeconds)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': reply.body.length,
    'cache-control': 'no-store',
  })
  response.end(reply.body)
}

/** Returns what was brought; nothing where that is too much, of which no more than that is read. */
async function readBody(request: IncomingMessage, most: number): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > most) return undefined
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of request) {
    pieces.push(piece as Buffer)
    bytes += (piece as Buffer).length
    if (bytes > most) return undefined
  }
  return Buffer.concat(pieces)
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 })
  response.end()
}
