import type { ServerResponse } from 'node:http'

import type { Clock } from '@nexqloud/kernel'
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Registry } from 'prom-client'

import { clientNameOf } from './client-name.ts'
import { failureText, type Dispatcher } from './dispatcher.ts'
import { rpcCode } from './errors.ts'
import type { HealthReport } from './health.ts'
import { isAllowedOrigin, isOwnHost } from './host-check.ts'
import type { RpcLimits } from './limits.ts'
import { noRoomFailure, type ReceiveBudget } from './receive-budget.ts'
import type { RpcMetrics } from './rpc-metrics.ts'
import type { SendBudget } from './send-budget.ts'

/** What the door stands on. */
export type HttpParts = {
  readonly dispatcher: Dispatcher
  readonly clock: Clock
  readonly limits: RpcLimits
  readonly metrics: Pick<RpcMetrics, 'slowClient'>
  readonly budget: SendBudget
  readonly received: ReceiveBudget
  readonly registry: Registry
  readonly hosts: readonly string[]
  readonly origins: readonly string[]
  readonly health: () => HealthReport
  readonly onFault: (failure: unknown) => void
}

/** A body of another type could be sent by any page without asking first. */
const types = ['application/json', 'application/json-rpc', 'application/jsonrequest']

const json = 'application/json; charset=utf-8'

/** Returns the door; it does not listen yet. */
export function createHttpDoor(parts: HttpParts): FastifyInstance {
  const { limits } = parts
  const door = fastify({
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.sendMs,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
  })
  door.server.maxConnections = limits.connections
  door.removeAllContentTypeParsers()
  door.addContentTypeParser(types, { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  )
  door.addHook('onRequest', async (request, reply) => checkSource(parts, { request, reply }))
  door.addHook('onRequest', async (request, reply) => makeRoom(parts, { request, reply }))
  door.setErrorHandler(async (error, _request, reply) => explain(parts, { error, reply }))
  door.setNotFoundHandler(async (_request, reply) => {
    await reply
      .code(404)
      .type('text/plain')
      .send('JSON-RPC is POST /; there are /health and /metrics.\n')
  })
  door.post<{ Body: string }>('/', async (request, reply) => {
    const session = { client: clientNameOf(request.ip), signal: whenClosed(reply) }
    const answer = await parts.dispatcher.dispatch(request.body ?? '', session)
    if (answer === undefined) return reply.code(204).send()
    return send(parts, { ...session, reply: reply.type(json), text: answer })
  })
  door.options('/', async (_request, reply) => reply.code(204).send())
  door.get('/health', async (_request, reply) => {
    const health = parts.health()
    return reply.code(health.status === 'ok' ? 200 : 503).send(health)
  })
  door.get('/metrics', async (_request, reply) =>
    reply.type(parts.registry.contentType).send(await parts.registry.metrics()),
  )
  return door
}

/** Returns a signal that aborts when the connection is gone, or the answer taken. */
function whenClosed({ raw }: FastifyReply): AbortSignal {
  const closed = new AbortController()
  raw.once('close', () => closed.abort())
  return closed.signal
}

type Answer = {
  readonly reply: FastifyReply
  readonly text: string
  readonly client: string
  readonly signal: AbortSignal
}

/** Answers who takes what it is told, and lets go of who does not. */
function send(parts: HttpParts, { reply, text, client, signal }: Answer): FastifyReply {
  const { budget, metrics } = parts
  const { raw } = reply
  const outbound = {
    client,
    get bufferedBytes() {
      return raw.writableLength
    },
  }
  if (!budget.hasRoom(outbound, text.length)) {
    metrics.slowClient()
    raw.destroy()
    return reply.hijack()
  }
  reply.send(text)
  if (raw.writableLength === 0) return reply
  raw.once('close', budget.count(outbound))
  void endUnlessTaken(parts, { raw, signal })
  return reply
}

async function endUnlessTaken(
  { clock, limits, metrics }: HttpParts,
  { raw, signal }: { readonly raw: ServerResponse; readonly signal: AbortSignal },
): Promise<void> {
  await clock.delay(limits.takeMs, signal)
  if (signal.aborted) return
  metrics.slowClient()
  raw.destroy()
}

type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply }

/**
 * Lets in who names this node. A page of an origin that may not ask is not told that it may: its browser asks first, for
 * the type of its body, and then neither sends nor shows anything. Wallets in a browser ask nobody and are answered.
 */
async function checkSource(
  { hosts, origins }: HttpParts,
  { request, reply }: Exchange,
): Promise<unknown> {
  const { host, origin } = request.headers
  if (!isOwnHost(host, hosts)) {
    return reply.code(403).type('text/plain').send('invalid host specified\n')
  }
  if (origin === undefined || !isAllowedOrigin(origin, origins)) return undefined
  reply.headers({
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'POST, OPTIONS',
    'access-control-allow-headers': 'content-type',
    'access-control-max-age': '600',
    vary: 'origin',
  })
  return undefined
}

/** Makes room for a body before it is read: until it is answered, the door holds it. */
async function makeRoom(
  { limits, received }: HttpParts,
  { request, reply }: Exchange,
): Promise<unknown> {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers
  const bytes = encoding === undefined ? Number(length) : limits.bodyBytes
  const end = received.take(clientNameOf(request.ip), Math.min(bytes, limits.bodyBytes))
  if (end === undefined) {
    return reply.code(503).type(json).send(failureText(null, noRoomFailure))
  }
  reply.raw.once('close', end)
  return undefined
}

/** What went wrong before a request could be read is told as JSON-RPC tells it. */
async function explain(
  { limits, onFault }: HttpParts,
  { error, reply }: { readonly error: unknown; readonly reply: FastifyReply },
): Promise<unknown> {
  const status = statusOf(error)
  if (status >= 500) onFault(error)
  const told: Readonly<Record<number, string>> = {
    413: `content length too large: at most ${limits.bodyBytes} bytes`,
    415: 'invalid content type, only application/json is supported',
  }
  const code = status < 500 ? rpcCode.invalidRequest : rpcCode.internal
  const message = told[status] ?? (status < 500 ? 'invalid request' : 'internal error')
  return reply.code(status).type(json).send(failureText(null, { code, message }))
}

function statusOf(error: unknown): number {
  const hasStatus = error instanceof Error && 'statusCode' in error
  return hasStatus && typeof error.statusCode === 'number' ? error.statusCode : 500
}
