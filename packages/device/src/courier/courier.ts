import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { FairPlaces, plainAddressOf } from '@nexqloud/kernel'

import { questionLimits, type PodAnswer, type PodQuestion } from '../protocol/pod-question.ts'
import { NotDrivenError } from './errors.ts'

/** What a container asks, and from where; its pod is not known yet. */
export type Visit = Omit<PodQuestion, 'uid'> & { readonly address: string }

/** Answers a container; nothing where nobody of this address is to be answered. */
export type AnswerVisit = (visit: Visit, signal: AbortSignal) => Promise<PodAnswer | undefined>

/** Takes what containers ask to whoever knows. */
export type Courier = {
  /** Which ports of the address that containers ask lead to which ports of this machine. */
  readonly doors: readonly { readonly port: number; readonly to: number }[]
  /** Has somebody answer, until the signal aborts; nobody is answered before and after. */
  readonly serve: (answer: AnswerVisit, signal: AbortSignal) => void
  readonly close: () => Promise<void>
}

/** Where EC2 has its metadata, and where its API is for those who are inside: a port that other clouds have for theirs. */
const ports = { metadata: 80, api: 8773 } as const satisfies Record<PodQuestion['door'], number>

/** A container that sends slowly holds a place as long; milliseconds. */
const HEADERS_WITHIN_MS = 5000
const REQUEST_WITHIN_MS = 10_000
const IDLE_MS = 5000
/** Of all containers together, and of a single one. */
const CONNECTIONS = 256
const REQUESTS = 32

/** Opens the doors on ports of this machine that are free; who else than containers reaches them, the firewall decides. */
export async function openCourier(host = '0.0.0.0'): Promise<Courier> {
  let answering: AnswerVisit | undefined
  const answer: AnswerVisit = async (visit, signal) => {
    if (answering === undefined) throw new NotDrivenError()
    return answering(visit, signal)
  }
  const requests = new FairPlaces(REQUESTS)
  const connections = new FairPlaces(CONNECTIONS)
  const names = ['metadata', 'api'] as const
  const opened = await Promise.all(
    names.map(async (door) => ({
      port: ports[door],
      server: await listen(host, connections, (request, response) =>
        serve({ door, answer, requests }, request, response),
      ),
    })),
  )
  return {
    doors: opened.map(({ port, server }) => ({
      port,
      to: (server.address() as AddressInfo).port,
    })),
    serve: (own, signal) => {
      answering = own
      signal.addEventListener('abort', () => (answering = undefined), { once: true })
    },
    close: async () => {
      await Promise.all(opened.map(({ server }) => close(server)))
    },
  }
}

async function listen(
  host: string,
  places: FairPlaces,
  onRequest: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<Server> {
  const server = createServer(
    {
      headersTimeout: HEADERS_WITHIN_MS,
      requestTimeout: REQUEST_WITHIN_MS,
      keepAliveTimeout: IDLE_MS,
      connectionsCheckingInterval: 1000,
      maxHeaderSize: 2 * questionLimits.targetBytes,
    },
    (request, response) => void onRequest(request, response),
  )
  server.on('connection', (socket) => {
    const address = plainAddressOf(socket.remoteAddress ?? '')
    if (places.refusal(address) !== undefined) return socket.destroy()
    places.take(address)
    socket.once('close', () => places.leave(address))
    return undefined
  })
  server.listen(0, host)
  await once(server, 'listening')
  return server
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}

type Serving = {
  readonly door: PodQuestion['door']
  readonly answer: AnswerVisit
  readonly requests: FairPlaces
}

async function serve(
  { door, answer, requests }: Serving,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const address = plainAddressOf(request.socket.remoteAddress ?? '')
  if (requests.refusal(address) !== undefined) return end(response, 503)
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  requests.take(address)
  try {
    const visit = await readVisit(request)
    if (typeof visit === 'number') return end(response, visit)
    const told = await answer({ ...visit, door, address }, gone.signal)
    if (told === undefined) return end(response, 404)
    const bytes = Buffer.from(told.body, 'base64')
    response.writeHead(told.status, { ...told.headers, 'content-length': bytes.length })
    response.end(bytes)
  } catch {
    // Whoever could answer is away, or the container is: it asks again.
    end(response, 503)
  } finally {
    requests.leave(address)
  }
  return undefined
}

/** Returns what is asked; a status where it cannot be passed on. */
async function readVisit(
  request: IncomingMessage,
): Promise<Omit<Visit, 'door' | 'address'> | number> {
  const { method = '', url: target = '' } = request
  if (target.length > questionLimits.targetBytes) return 414
  const headers = readHeaders(request)
  if (headers === undefined) return 431
  const body = await readBody(request)
  if (body === undefined) return 413
  return { method, target, headers, body: body.toString('base64') }
}

function readHeaders({ headers }: IncomingMessage): Record<string, string> | undefined {
  const all = Object.entries(headers).map(([name, value = '']): [string, string] => [
    name,
    Array.isArray(value) ? value.join(',') : value,
  ])
  const fits = all.every(
    ([name, value]) =>
      name.length <= questionLimits.headerNameBytes &&
      value.length <= questionLimits.headerValueBytes,
  )
  return fits && all.length <= questionLimits.headers ? Object.fromEntries(all) : undefined
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > questionLimits.bodyBytes) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** Says nothing but a status, and is done with the connection. */
function end(response: ServerResponse, status: number): undefined {
  if (response.headersSent) response.destroy()
  else response.writeHead(status, { connection: 'close', 'content-length': 0 }).end()
}
