import type { Clock } from '@nexqloud/kernel'
import { z } from 'zod'

import type { ResetCode } from '../frame/reset-code.ts'
import type { MuxStream, StreamHandler } from '../mux/mux-stream.ts'
import type { Mux } from '../mux/mux.ts'
import { AskedRequests } from './asked-requests.ts'
import type {
  NotificationName,
  RequestName,
  RequestParams,
  RequestResult,
  RpcContract,
  RpcHandlers,
} from './contract.ts'
import {
  RpcClosedError,
  RpcMessageTooLargeError,
  RpcVersionError,
  RpcViolationError,
} from './errors.ts'
import { agreeOnVersion, parseHello, type RpcHello } from './hello.ts'
import type { RpcLimits } from './limits.ts'
import { LineReader } from './line-reader.ts'
import { CANCEL, errorToFailure, parseMessage, type RpcMessage } from './message.ts'
import { ServedRequests } from './served-requests.ts'

/** What an end stands on. */
export type RpcParts<Ours extends RpcContract, Theirs extends RpcContract> = {
  readonly hello: RpcHello
  /** What we may be asked, and who answers. */
  readonly ours: Ours
  readonly handlers: RpcHandlers<Ours>
  /** What the other end may be asked. */
  readonly theirs: Theirs
  readonly limits: RpcLimits
  readonly clock: Pick<Clock, 'delay'>
  readonly onFault: (error: unknown) => void
}

/** How one request differs from others. */
export type RequestOptions = { readonly timeoutMs?: number; readonly signal?: AbortSignal }

/** One end of a stream of messages: JSON-RPC 2.0, one message a line. Begins with saying which versions it speaks. */
export class RpcPeer<Theirs extends RpcContract> {
  /** Resolves with the agreed version; rejects with {@link RpcVersionError} or {@link RpcClosedError}. */
  readonly ready: Promise<number>
  /** Resolves when the stream is over. */
  readonly closed: Promise<RpcClosedError>
  readonly #parts: RpcParts<RpcContract, Theirs>
  readonly #stream: MuxStream
  readonly #lines: LineReader
  readonly #asked: AskedRequests
  readonly #served: ServedRequests
  readonly #ready = Promise.withResolvers<number>()
  readonly #closed = Promise.withResolvers<RpcClosedError>()
  readonly #over = new AbortController()
  #version: number | undefined
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #mayWrite = true

  constructor(stream: MuxStream, parts: RpcParts<RpcContract, Theirs>) {
    const { ours: contract, handlers, limits, clock, onFault, hello } = parts
    this.#parts = parts
    this.#stream = stream
    this.#lines = new LineReader(limits.messageBytes)
    this.#asked = new AskedRequests(clock)
    const { requestsAtOnce } = limits
    this.#served = new ServedRequests({ contract, handlers, requestsAtOnce, onFault })
    this.ready = this.#ready.promise
    this.closed = this.#closed.promise
    this.ready.catch(() => {})
    this.#write(encodeLine(hello))
    void this.#limitHello()
  }

  /**
   * Asks the other end and returns its answer.
   *
   * @throws {@link RpcRemoteError} where it failed, with its kind; {@link RpcTimeoutError}; {@link RpcClosedError};
   * {@link RpcMessageTooLargeError}; the signal's reason where it aborted.
   */
  async request<Name extends RequestName<Theirs>>(
    method: Name,
    params: RequestParams<Theirs, Name>,
    { timeoutMs = this.#parts.limits.requestMs, signal }: RequestOptions = {},
  ): Promise<RequestResult<Theirs, Name>> {
    await this.ready
    signal?.throwIfAborted()
    const id = this.#asked.takeId()
    this.#send(method, { jsonrpc: '2.0', id, method, params })
    const cancel = (): void =>
      this.#send(CANCEL, { jsonrpc: '2.0', method: CANCEL, params: { id } })
    const result = await this.#asked.wait(id, { method, timeoutMs, signal, cancel })
    const parsed = this.#parts.theirs.requests[method]?.result.safeParse(result)
    if (parsed?.success === true) return parsed.data as RequestResult<Theirs, Name>
    const reason = parsed === undefined ? 'is not known' : z.prettifyError(parsed.error)
    throw new RpcViolationError(`The answer to ${method} is not what it should be: ${reason}`)
  }

  /** Tells the other end something. What is told before it has said hello, or after the end, falls. */
  notify<Name extends NotificationName<Theirs>>(
    method: Name,
    params: z.input<Theirs['notifications'][Name]>,
  ): void {
    if (this.#version !== undefined) this.#send(method, { jsonrpc: '2.0', method, params })
  }

  /** Ends the stream. */
  close(reason: string): void {
    this.#fail('cancel', reason)
  }

  /** The stream's handler. */
  handler(): StreamHandler {
    return {
      onData: (piece) => {
        this.#stream.consumed(piece.length)
        this.#receive(piece)
      },
      onEnd: () => this.#fail('noError', 'the other end ended it.'),
      onReset: ({ reason }) => this.#finish(reason),
      onWritable: () => this.#flush(),
    }
  }

  #receive(piece: Buffer): void {
    try {
      for (const line of this.#lines.read(piece)) {
        if (this.#over.signal.aborted) return
        if (this.#version === undefined) this.#agree(line)
        else this.#take(parseMessage(line))
      }
    } catch (error) {
      this.#refuse(error)
    }
  }

  #agree(line: string): void {
    this.#version = agreeOnVersion(this.#parts.hello, parseHello(line))
    this.#ready.resolve(this.#version)
  }

  #take(message: RpcMessage): void {
    if (!('method' in message)) return this.#asked.settle(message)
    const { method, params } = message
    if ('id' in message) void this.#answer(message.id, method, params)
    else if (method === CANCEL) this.#served.cancel(cancelParams.safeParse(params).data?.id ?? 0)
    else this.#served.notify(method, params)
  }

  async #answer(id: number, method: string, params: unknown): Promise<void> {
    try {
      const answer = await this.#served.serve(id, method, params)
      if (answer === undefined) return
      try {
        this.#send(method, { jsonrpc: '2.0', id, ...answer })
      } catch (error) {
        this.#send(method, { jsonrpc: '2.0', id, error: errorToFailure(error) })
      }
    } catch (error) {
      this.#refuse(error)
    }
  }

  #send(method: string, message: RpcMessage): void {
    const line = encodeLine(message)
    const { messageBytes: mostBytes } = this.#parts.limits
    if (line.length - 1 > mostBytes) {
      throw new RpcMessageTooLargeError(method, { bytes: line.length - 1, mostBytes })
    }
    this.#write(line)
  }

  #write(line: Buffer): void {
    if (this.#over.signal.aborted) return
    if (this.#mayWrite) {
      this.#mayWrite = this.#stream.write(line)
      return
    }
    this.#waiting.push(line)
    this.#waitingBytes += line.length
    if (this.#waitingBytes > this.#parts.limits.waitingBytes) {
      this.#fail(
        'enhanceYourCalm',
        `${this.#waitingBytes} bytes wait for an end that does not read.`,
      )
    }
  }

  #flush(): void {
    const line = Buffer.concat(this.#waiting)
    this.#waiting = []
    this.#waitingBytes = 0
    this.#mayWrite = this.#stream.write(line)
  }

  async #limitHello(): Promise<void> {
    const { clock, limits } = this.#parts
    const known = this.ready.then(
      () => true,
      () => true,
    )
    const late = clock.delay(limits.helloMs, this.#over.signal).then(() => false)
    if (await Promise.race([known, late])) return
    this.#fail('refusedStream', `The other end named no version within ${limits.helloMs} ms.`)
  }

  #refuse(error: unknown): void {
    if (error instanceof RpcVersionError) {
      this.#ready.reject(error)
      this.#fail('refusedStream', error.told)
    } else if (error instanceof RpcViolationError || error instanceof RangeError) {
      this.#fail('protocolError', error.message)
    } else {
      this.#parts.onFault(error)
      this.#fail('internalError', 'This end has a fault.')
    }
  }

  #fail(code: ResetCode, reason: string): void {
    this.#stream.reset(code, reason)
    this.#finish(reason)
  }

  #finish(reason: string): void {
    if (this.#over.signal.aborted) return
    const error = new RpcClosedError(reason)
    this.#over.abort()
    this.#waiting = []
    this.#served.cancel()
    this.#asked.fail(error)
    this.#ready.reject(error)
    this.#closed.resolve(error)
  }
}

/** Opens a stream of messages to a target. */
export function openRpc<Ours extends RpcContract, Theirs extends RpcContract>(
  mux: Mux,
  target: Buffer,
  parts: RpcParts<Ours, Theirs>,
): RpcPeer<Theirs> {
  const peers: RpcPeer<Theirs>[] = []
  mux.open({ target, isUrgent: true }, (stream) => {
    const made = acceptRpc(stream, parts)
    peers.push(made)
    return made.handler()
  })
  const [peer] = peers
  if (peer === undefined) throw new TypeError('The mux opened a stream without its handler.')
  return peer
}

/** Returns our end of a stream of messages; its {@link RpcPeer.handler} becomes the stream's. */
export function acceptRpc<Ours extends RpcContract, Theirs extends RpcContract>(
  stream: MuxStream,
  parts: RpcParts<Ours, Theirs>,
): RpcPeer<Theirs> {
  return new RpcPeer(stream, parts)
}

const cancelParams = z.object({ id: z.int() })

function encodeLine(message: RpcMessage | RpcHello): Buffer {
  return Buffer.from(`${JSON.stringify(message)}\n`)
}
