import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

import type { Clock } from '@nexqloud/kernel'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'

import { clientNameOf } from './client-name.ts'
import { failureText, type Dispatcher } from './dispatcher.ts'
import { FeedBehindError } from './errors.ts'
import type { Feed } from './feed.ts'
import { isAllowedOrigin, isOwnHost } from './host-check.ts'
import type { RpcLimits } from './limits.ts'
import type { Session } from './method.ts'
import { noRoomFailure, type ReceiveBudget } from './receive-budget.ts'
import type { RpcMetrics } from './rpc-metrics.ts'
import type { Outbound, SendBudget } from './send-budget.ts'
import { createSubscriptions, type Subscriptions } from './subscriptions.ts'

/** What the door stands on. */
export type WebSocketParts = {
  readonly server: Server
  readonly feed: Feed
  readonly dispatcher: Dispatcher
  readonly clock: Clock
  readonly limits: RpcLimits
  readonly metrics: RpcMetrics
  readonly budget: SendBudget
  readonly received: ReceiveBudget
  readonly hosts: readonly string[]
  readonly origins: readonly string[]
  readonly createId: () => `0x${string}`
  readonly onFault: (failure: unknown) => void
}

/** Codes of RFC 6455, and of its registry, that a connection is ended with. */
const closeCode = { goingAway: 1001, internal: 1011, tryAgainLater: 1013 } as const

/** Opens the door on an HTTP server: every path is the same one. Returns how to close it, after what is under way. */
export function openWebSocketDoor(parts: WebSocketParts): () => Promise<void> {
  const { server, limits } = parts
  const door = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
  })
  const open = new Set<Connection>()
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // Node leaves a socket that wants another protocol to whoever takes it, its errors too.
    socket.on('error', () => socket.destroy())
    const client = clientNameOf(request.socket.remoteAddress)
    const refusal = refuse(parts, { request, client, open })
    if (refusal !== undefined) {
      socket.once('finish', () => socket.destroy())
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    door.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new Connection(parts, { webSocket, client })
      open.add(connection)
      const end = parts.budget.count(connection)
      parts.metrics.webSockets(1)
      webSocket.on('close', () => {
        open.delete(connection)
        end()
        parts.metrics.webSockets(-1)
      })
    })
  }
  server.on('upgrade', onUpgrade)
  return async () => {
    server.off('upgrade', onUpgrade)
    await Promise.all(Array.from(open, (connection) => connection.finish()))
    door.close()
  }
}

function refuse(
  { hosts, origins, limits }: WebSocketParts,
  {
    request,
    client,
    open,
  }: {
    readonly request: IncomingMessage
    readonly client: string
    readonly open: ReadonlySet<Connection>
  },
): string | undefined {
  const { host, origin } = request.headers
  if (!isOwnHost(host, hosts) || !isAllowedOrigin(origin, origins)) return '403 Forbidden'
  const own = [...open].filter((connection) => connection.client === client).length
  const isFull = open.size >= limits.webSockets || own >= limits.webSocketsPerClient
  return isFull ? '503 Service Unavailable' : undefined
}

/** One client. What it sends is read only as fast as it is answered. */
class Connection implements Outbound {
  readonly client: string
  readonly #parts: WebSocketParts
  readonly #webSocket: WebSocket
  readonly #session: Session & { readonly subscriptions: Subscriptions }
  readonly #underWay = new Set<Promise<void>>()
  readonly #ended = new AbortController()
  #isAlive = true

  constructor(
    parts: WebSocketParts,
    { webSocket, client }: { readonly webSocket: WebSocket; readonly client: string },
  ) {
    this.client = client
    this.#parts = parts
    this.#webSocket = webSocket
    const subscriptions = createSubscriptions({
      feed: parts.feed,
      client,
      most: parts.limits.subscriptions,
      createId: parts.createId,
      send: (text) => this.#send(text),
      fail: (failure) => {
        if (webSocket.readyState !== webSocket.OPEN) return
        if (failure instanceof FeedBehindError) {
          webSocket.close(closeCode.tryAgainLater, failure.code)
          return
        }
        parts.onFault(failure)
        webSocket.close(closeCode.internal)
      },
    })
    this.#session = { client, subscriptions, signal: this.#ended.signal }
    webSocket.on('message', (data) => this.#receive(data))
    webSocket.on('pong', () => {
      this.#isAlive = true
    })
    webSocket.on('error', () => webSocket.terminate())
    webSocket.on('close', () => {
      this.#ended.abort()
      subscriptions.close()
    })
    void this.#watch()
  }

  /** Answers what is under way and ends. */
  async finish(): Promise<void> {
    this.#session.subscriptions.close()
    this.#webSocket.pause()
    await Promise.all(this.#underWay)
    this.#webSocket.resume()
    this.#webSocket.close(closeCode.goingAway)
    await this.#parts.clock.delay(FAREWELL_MS, this.#ended.signal)
    this.#webSocket.terminate()
  }

  #receive(data: RawData): void {
    const task = this.#answer(textOf(data)).finally(() => {
      this.#underWay.delete(task)
      if (this.#webSocket.isPaused && !this.#isBusy()) this.#webSocket.resume()
    })
    this.#underWay.add(task)
    if (this.#isBusy()) this.#webSocket.pause()
  }

  #isBusy(): boolean {
    return this.#underWay.size >= this.#parts.limits.messagesAtOnce
  }

  async #answer(text: string): Promise<void> {
    const { dispatcher, received } = this.#parts
    const end = received.take(this.client, text.length)
    if (end === undefined) return this.#send(failureText(null, noRoomFailure))
    const answer = await dispatcher.dispatch(text, this.#session).finally(end)
    if (answer !== undefined) this.#send(answer)
  }

  #send(text: string): void {
    const { budget, metrics } = this.#parts
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return
    if (budget.hasRoom(this, text.length)) {
      this.#webSocket.send(text)
      return
    }
    metrics.slowClient()
    this.#webSocket.terminate()
  }

  /** Bytes that its client has not taken yet. */
  get bufferedBytes(): number {
    return this.#webSocket.bufferedAmount
  }

  /** A client that has gone without a word holds a connection no longer than two pings. */
  async #watch(): Promise<void> {
    const { clock, limits } = this.#parts
    for (;;) {
      await clock.delay(limits.pingMs, this.#ended.signal)
      if (this.#ended.signal.aborted) return
      if (!this.#isAlive) return this.#webSocket.terminate()
      this.#isAlive = false
      this.#webSocket.ping()
    }
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString()
  return (data instanceof ArrayBuffer ? Buffer.from(data) : data).toString()
}

/** How long a client may take to say goodbye. */
const FAREWELL_MS = 1000
