import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { pipeline } from 'node:stream/promises'
import type { TLSSocket } from 'node:tls'

import { systemClock } from '@nexqloud/kernel'

import type { ReachableContainer } from '../server/streams/container-target.ts'
import type { KubeletStreams } from '../server/streams/kubelet-streams.ts'
import { openLog, parseLogOptions } from '../server/streams/log.ts'
import type { User } from '../server/user.ts'
import { StatusError, statusError } from '../status-error.ts'
import { authenticate } from './authenticate.ts'
import { listen, type HttpServer, type Place } from './listen.ts'
import { createUpgrader, parseStream, prepareStream, refuseUpgrade } from './upgrade.ts'

/** Whom a kube-apiserver asks for the streams of nodes: one server for as many nodes as there are. */
export type KubeletServerOptions = Place & {
  readonly streams: KubeletStreams
  /** Returns the node that a pod is on, and its uid; nothing where there is no such pod. */
  readonly findPod: (
    namespace: string,
    pod: string,
  ) => { readonly node: string; readonly uid: string } | undefined
  /** PEM. Only clients whose certificate `ca` signed are heard at all. */
  readonly tls: { readonly key: string; readonly cert: string; readonly ca: string }
  /** Whether a client of that authority is the kube-apiserver: nodes have certificates of it too. */
  readonly isApiServer: (user: User) => boolean
}

/**
 * Serves the streams of pods to a real kube-apiserver, as its nodes' kubelet: logs over HTTP, exec, attach and port-forward over
 * WebSockets, which a Node has to ask for by `ExtendWebSocketsToKubelet` among its `status.declaredFeatures`.
 */
export async function openKubeletServer(options: KubeletServerOptions): Promise<HttpServer> {
  const { key, cert, ca } = options.tls
  const upgrader = createUpgrader()
  const server = createServer({ key, cert, ca, requestCert: true, rejectUnauthorized: true })
  server.on('request', (request, response) => {
    answerLog(options, request, response).catch((failure: unknown) => fail(response, failure))
  })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => {})
    const prepare = async (): Promise<void> => {
      const { name, query, container } = await parseRequest(options, request)
      const stream = parseStream(container, name, query)
      upgrader.upgrade({ request, socket, head }, (offer) => prepareStream(stream, offer))
    }
    prepare().catch((failure: unknown) => refuseUpgrade(socket, failure))
  })
  return listen(server, options, upgrader.close)
}

const names = new Set(['containerLogs', 'exec', 'attach', 'portForward'])

type KubeletRequest = {
  readonly name: string
  readonly query: URLSearchParams
  readonly container: ReachableContainer
}

/** Source: pkg/kubelet/server/server.go, e.g. /exec/NAMESPACE/POD/CONTAINER, /portForward/NAMESPACE/POD. */
async function parseRequest(
  { isApiServer, findPod, streams }: KubeletServerOptions,
  request: IncomingMessage,
): Promise<KubeletRequest> {
  const socket = request.socket as TLSSocket
  const asked = { authorization: undefined, socket, nowMs: systemClock.wallMs() }
  const user = await authenticate(asked, () => undefined)
  if (user === undefined || !isApiServer(user)) throw statusError('Forbidden', 'Forbidden')
  const url = new URL(request.url ?? '/', 'https://kubelet')
  const parts = url.pathname.split('/').filter(Boolean).map(decodeURIComponent)
  const [name = '', namespace = '', pod = '', container = ''] = parts
  if (!names.has(name) || parts.length > 4)
    throw statusError('NotFound', `${url.pathname} is nothing.`)
  const found = findPod(namespace, pod)
  if (found === undefined) throw statusError('NotFound', `pods "${pod}" not found`)
  return {
    name,
    query: url.searchParams,
    container: { streams, target: { ...found, namespace, pod, container } },
  }
}

async function answerLog(
  options: KubeletServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { name, query, container } = await parseRequest(options, request)
  if (name !== 'containerLogs')
    throw statusError('BadRequest', `${name} is a stream over a WebSocket.`)
  const ended = new AbortController()
  response.once('close', () => ended.abort())
  const { streams, target } = container
  const log = await openLog(streams.log(target, parseLogOptions(query), ended.signal))
  response.writeHead(200, { 'content-type': 'text/plain' })
  response.flushHeaders()
  // A reader that goes away is no failure.
  await pipeline(log, response).catch(() => {})
}

/** kube-apiserver passes the text on. */
function fail(response: ServerResponse, failure: unknown): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const isRefusal = failure instanceof StatusError
  response.writeHead(isRefusal ? failure.status.code : 500, { 'content-type': 'text/plain' })
  response.end(isRefusal ? failure.message : 'The server failed.')
}
