import type { IncomingMessage, ServerResponse } from 'node:http'
import { createSecureServer, type Http2ServerRequest } from 'node:http2'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'

import { systemClock, type Clock } from '@nexqloud/kernel'

import type { ApiServer } from '../server/api-server.ts'
import { answerFailure } from '../server/failure.ts'
import type { ApiRequest } from '../server/request.ts'
import { findContainer } from '../server/streams/container-target.ts'
import { ADMINISTRATORS, type User } from '../server/user.ts'
import { statusError } from '../status-error.ts'
import { authenticate, type TokenReader } from './authenticate.ts'
import { readBody } from './body.ts'
import { createGate, defaultLimits, type Gate, type HttpLimits } from './limits.ts'
import { listen, type HttpServer, type Place } from './listen.ts'
import { createSender, type Sender } from './send.ts'
import {
  createUpgrader,
  parseStream,
  prepareStream,
  refuseUpgrade,
  type Upgrader,
} from './upgrade.ts'

/** Where the API is served, and to whom. */
export type HttpServerOptions = Place & {
  readonly server: ApiServer
  /** PEM. With `ca`, client certificates that it signed are taken. */
  readonly tls: { readonly key: string; readonly cert: string; readonly ca?: string }
  readonly readToken: TokenReader
  readonly limits?: Partial<HttpLimits>
  readonly clock?: Clock
  /** Told of what should not have happened. */
  readonly onInternalError?: (failure: unknown) => void
}

type Incoming = IncomingMessage | Http2ServerRequest

type Served = HttpServerOptions & {
  readonly gate: Gate
  readonly bounds: HttpLimits
  readonly upgrader: Upgrader
  readonly send: Sender
}

/** Serves the API over HTTP/2 and HTTP/1.1 with TLS, on one port. */
export async function openHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const bounds = { ...defaultLimits, ...options.limits }
  const gate = createGate(bounds, options.clock ?? systemClock)
  const upgrader = createUpgrader()
  const served: Served = { ...options, bounds, gate, upgrader, send: createSender() }
  const http = createSecureServer({
    ...options.tls,
    allowHTTP1: true,
    requestCert: options.tls.ca !== undefined,
    rejectUnauthorized: false,
    settings: { maxConcurrentStreams: 1000 },
  })
  http.on('request', (request, response) => {
    // What HTTP/2 answers with has the form of what HTTP/1.1 answers with.
    const outgoing = response as unknown as ServerResponse
    answer(served, request, outgoing)
      .catch((failure: unknown) => fail(served, outgoing, failure))
      // Nobody is there any more to be told.
      .catch(() => outgoing.destroy())
  })
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => {})
    upgrade(served, request, { socket, head }).catch((failure: unknown) => {
      refuseUpgrade(socket, failure)
    })
  })
  return listen(http, options, upgrader.close)
}

/** Anybody may ask whether the server is well. */
const open = new Set(['/healthz', '/livez', '/readyz'])

async function answer(served: Served, request: Incoming, response: ServerResponse): Promise<void> {
  const url = parseUrl(request)
  if (open.has(url.pathname)) {
    response.end('ok')
    return
  }
  const user = await identify(served, request)
  const aborted = new AbortController()
  response.once('close', () => aborted.abort())
  // An answer that nobody reads is in memory until its connection ends.
  response.once('close', openAnswer(served, user, url))
  const contentType = (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? ''
  const body = await readBody(request, { contentType, limits: served.bounds })
  const { signal } = aborted
  const asked = toApiRequest(request, { url, user, contentType, body, signal })
  const acceptsGzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
  await served.send(response, await served.server.handle(asked), { acceptsGzip, signal })
}

function parseUrl({ url = '/' }: Incoming): URL {
  const parsed = URL.parse(url, 'https://kubernetes')
  if (parsed === null) throw statusError('BadRequest', 'The path of the request is none.')
  return parsed
}

/** Counts an answer that is under way, and returns how it ends. */
function openAnswer({ gate }: Served, user: User, { searchParams }: URL): () => void {
  const isStream = searchParams.has('watch') || searchParams.has('follow')
  if (isStream) return gate.openStream(user.name)
  return user.groups.includes(ADMINISTRATORS) ? () => {} : gate.openRequest(user.name)
}

async function identify(served: Served, request: Incoming): Promise<User> {
  const { authorization } = request.headers
  const socket = (
    'stream' in request ? request.stream.session?.socket : request.socket
  ) as TLSSocket
  const nowMs = (served.clock ?? systemClock).wallMs()
  const user = await authenticate({ authorization, socket, nowMs }, served.readToken)
  if (user === undefined) throw statusError('Unauthorized', 'Unauthorized')
  if (!user.groups.includes(ADMINISTRATORS)) served.gate.admit(user.name)
  return user
}

function toApiRequest(
  request: Incoming,
  parts: Pick<ApiRequest, 'user' | 'contentType' | 'body' | 'signal'> & { readonly url: URL },
): ApiRequest {
  const { url, ...rest } = parts
  const method = request.method ?? 'GET'
  return {
    ...rest,
    method: method === 'HEAD' ? 'GET' : method,
    path: url.pathname,
    query: url.searchParams,
    accept: request.headers.accept ?? '*/*',
  }
}

async function upgrade(
  served: Served,
  request: IncomingMessage,
  { socket, head }: { readonly socket: Duplex; readonly head: Buffer },
): Promise<void> {
  const user = await identify(served, request)
  const url = parseUrl(request)
  const { signal } = new AbortController()
  const asked = toApiRequest(request, { url, user, contentType: '', body: undefined, signal })
  const resource = served.server.openStream(asked)
  // kubectl shows what its last attempt, by SPDY, was told: that has to be what was wrong with the first one.
  const container = findContainer(resource)
  if ((request.headers.upgrade ?? '').toLowerCase() !== 'websocket') {
    throw statusError('BadRequest', 'Streams are served over WebSockets alone.', {
      hint: 'Use kubectl 1.31 or later.',
    })
  }
  const stream = parseStream(container, resource.info.subresource, url.searchParams)
  served.upgrader.upgrade({ request, socket, head }, (offer) => {
    const serve = prepareStream(stream, offer)
    // The connection ends in any case, also where no WebSocket comes of it.
    const onEnd = served.gate.openStream(user.name)
    if (socket.closed) onEnd()
    else socket.once('close', onEnd)
    return serve
  })
}

async function fail(served: Served, response: ServerResponse, failure: unknown): Promise<void> {
  const { onInternalError = () => {} } = served
  if (response.headersSent) {
    onInternalError(failure)
    response.destroy()
    return
  }
  const refusal = answerFailure(failure, onInternalError)
  // The rest of a body that nobody reads would keep the connection busy.
  if (refusal.status === 413 && response.req.httpVersionMajor === 1) {
    response.shouldKeepAlive = false
  }
  const { signal } = new AbortController()
  await served.send(response, refusal, { acceptsGzip: false, signal })
}
