import type { Socket } from 'node:net'

import type { Clock } from '@nexqloud/kernel'
import ssh2, { type AuthContext, type Connection, type TcpipRequestInfo } from 'ssh2'

import { algorithms } from '../algorithms.ts'
import type { HostKeyOf } from '../host-key.ts'
import type { SshLimits } from '../limits.ts'
import { createLogin, type FindEntry, type LoginAttempt } from '../login/login.ts'
import { serveSession } from '../session/session.ts'
import type { HeldBytes } from '../sftp/held-bytes.ts'
import type { ContainerShell } from '../shell/container-shell.ts'
import { forward } from './forward.ts'

/** What a visit stands on. */
export type VisitParts = {
  readonly instance: string
  readonly limits: SshLimits
  readonly hostKeyOf: HostKeyOf
  readonly findEntry: FindEntry
  readonly shell: ContainerShell
  readonly clock: Pick<Clock, 'delay'>
  /** The names that an instance knows itself by, besides `localhost`. */
  readonly namesOf: (instance: string) => readonly string[]
  readonly onAttempt: (attempt: LoginAttempt) => void
  readonly nowMs: () => number
  /** Opens what one session for files holds of this client's share. */
  readonly openHeldBytes: () => HeldBytes
  /** Somebody has logged in: returns whether there is a place for them. */
  readonly onEntered: () => boolean
}

/** What is said first: no version, which would only tell what to try. */
const IDENT = 'NexQloud'
/** What an instance calls itself. */
const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1', '0.0.0.0', '::'])
/** What a client that does not read may have waiting for it before it is not listened to either. */
const MOST_WAITING_BYTES = 4 << 20

/** One connection: logging in first, then channels. */
export class Visit {
  readonly #socket: Socket
  readonly #parts: VisitParts
  readonly #over = new AbortController()
  #client: Connection | undefined
  #isIn = false
  #channels = 0
  /** When it is over unless something happens, on the steady clock. */
  #untilMs: number

  constructor(socket: Socket, parts: VisitParts) {
    this.#socket = socket
    this.#parts = parts
    this.#untilMs = parts.nowMs() + parts.limits.loginMs
    // Each channel that waits listens for what it waits for.
    socket.setMaxListeners(0)
    // Each key that is pressed comes back at once.
    socket.setNoDelay(true)
    socket.once('close', () => this.#over.abort())
    // An end that stays half open is nobody's.
    socket.once('end', () => socket.end())
    this.#speak()
  }

  /** Aborted when it is over. */
  get signal(): AbortSignal {
    return this.#over.signal
  }

  /** Ends it: politely first, for so long as that may take. */
  leave(): void {
    this.#untilMs = Math.min(this.#untilMs, this.#parts.nowMs() + this.#parts.limits.leaveMs)
    this.#client?.end()
    this.#socket.end()
  }

  /** Ends it at once. */
  destroy(): void {
    this.#socket.destroy()
  }

  /** Ends it where its time is over. */
  sweep(): void {
    if (this.#untilMs > this.#parts.nowMs()) return
    if (this.#isIn && !this.#socket.writableEnded) this.leave()
    else this.destroy()
  }

  #speak(): void {
    const { hostKeyOf, instance, limits } = this.#parts
    const { askMs, questions } = limits
    const server = new ssh2.Server({
      hostKeys: [hostKeyOf(instance)],
      algorithms,
      ident: IDENT,
      keepaliveInterval: askMs,
      keepaliveCountMax: questions,
    })
    server.on('connection', (client) => this.#meet(client))
    this.#socket.on('data', () => this.#mindPace())
    server.injectSocket(this.#socket)
  }

  /** Questions without end whose answers nobody reads would fill the memory. */
  #mindPace(): void {
    if (this.#socket.writableLength < MOST_WAITING_BYTES) return
    this.#socket.pause()
    this.#socket.once('drain', () => this.#socket.resume())
  }

  #meet(client: Connection): void {
    this.#client = client
    client.on('error', () => this.leave())
    const login = createLogin({
      attempts: this.#parts.limits.attempts,
      findEntry: (user, key) => this.#parts.findEntry(this.#parts.instance, user, key),
      onAttempt: (attempt) => {
        const address = this.#socket.remoteAddress ?? 'unknown'
        this.#parts.onAttempt({ ...attempt, instance: this.#parts.instance, address })
      },
      onTooMany: () => this.leave(),
    })
    // A client that says things out of turn has what it is answered thrown at us.
    const decide = (context: AuthContext): void => void login(context).catch(() => this.destroy())
    client.on('authentication', decide)
    client.on('ready', () => this.#enter(client))
  }

  #enter(client: Connection): void {
    this.#isIn = true
    this.#touch()
    if (!this.#parts.onEntered()) return this.leave()
    client.on('session', (accept, reject) => {
      if (!this.#open()) return reject()
      return serveSession(accept(), {
        ...this.#parts,
        socket: this.#socket,
        connection: this.#connection(),
        signal: this.signal,
        onBytes: () => this.#touch(),
        onEnd: () => this.#close(),
      })
    })
    client.on('tcpip', (accept, reject, info) => {
      if (!this.#isOwn(info) || !this.#open()) return reject()
      const { instance, shell } = this.#parts
      const forwarded = forward({
        accept,
        reject,
        connect: () => shell.connect(instance, info.destPort, this.signal),
        socket: this.#socket,
        signal: this.signal,
        onBytes: () => this.#touch(),
      })
      return void forwarded.finally(() => this.#close())
    })
  }

  /** Nobody gets further than the instance: what it reaches is its own business. */
  #isOwn({ destIP, destPort }: TcpipRequestInfo): boolean {
    const { namesOf, instance } = this.#parts
    const name = destIP.toLowerCase()
    const isName = loopback.has(name) || namesOf(instance).includes(name)
    return isName && destPort > 0 && destPort < 65_536
  }

  #open(): boolean {
    if (this.#channels >= this.#parts.limits.channels) return false
    this.#channels += 1
    this.#touch()
    return true
  }

  #close(): void {
    this.#channels -= 1
    this.#touch()
  }

  #touch(): void {
    const { limits, nowMs } = this.#parts
    if (this.#socket.writableEnded) return
    this.#untilMs = nowMs() + (this.#channels === 0 ? limits.unusedMs : limits.silentMs)
  }

  #connection(): string {
    const { remoteAddress, remotePort, localAddress, localPort } = this.#socket
    return [remoteAddress, remotePort, localAddress, localPort].join(' ')
  }
}
