import type { Socket } from 'node:net'

import type { MuxStream, StreamHandler, StreamReset } from '@nexqloud/tunnel'

import type { Instance } from '../instance/instance.ts'
import type { KeptStream } from '../instance/kept-stream.ts'
import { createBodyScanner, type BodyScanner } from './body-scanner.ts'
import type { ClientFields } from './client-fields.ts'
import { ExchangePace } from './exchange-pace.ts'
import { isEmptyBody } from './framing.ts'
import { HeadCollector } from './head-collector.ts'
import type { HttpHall } from './http-hall.ts'
import { encodePassedResponse, writePassedRequest } from './passed-head.ts'
import type { Refusal } from './refusal.ts'
import type { RequestHead } from './request-head.ts'
import { scanResponseHead, type ResponseHead } from './response-head.ts'

/** What is asked, and of whom. */
export type ExchangeRequest = {
  /** What the head's positions are of. */
  readonly bytes: Buffer
  readonly head: RequestHead
  readonly instance: Instance
  readonly port: number
}

/** The connection that an exchange belongs to. */
export type ExchangeHost = {
  readonly socket: Socket
  /** The fields that say who the client is. */
  readonly client: ClientFields
  readonly hall: HttpHall
  /** The answer has ended, and the client has taken it. */
  readonly onAnswered: (mayGoOn: boolean) => void
  /** No answer has come; the client has got nothing yet. */
  readonly onFailure: (reason: string, mayRetry: boolean) => void
  /** The answer broke off. */
  readonly onBroken: () => void
  /** The stream speaks another protocol from now on. */
  readonly onUpgrade: (
    stream: MuxStream,
    answer: { readonly head: Buffer; readonly rest: Buffer },
  ) => void
}

/** TLS gives pieces of at most 16 KiB: several that come in one turn leave in one write. */
const CORKED_BYTES = 8192

/** What is this small is copied rather than written apart, or rather than keeping the whole buffer that it came in. */
const COPIED_BYTES = 4096

/** What may be asked again where nobody knows whether it was done (RFC 9110, section 9.2.2). */
const idempotent: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PUT',
  'DELETE',
])

/** One request and its answer, over one stream. */
export class Exchange implements StreamHandler {
  readonly request: ExchangeRequest
  readonly #host: ExchangeHost
  readonly #kept: KeptStream
  readonly #stream: MuxStream
  readonly #body: BodyScanner
  readonly #pace: ExchangePace
  /** Collects an answer's head that comes in pieces. */
  #collector: HeadCollector | undefined
  #answer: BodyScanner | undefined
  #hasReceived = false
  /** Whether the client's connection ends with this answer. */
  #mustClose = false
  /** Whether the stream may be used for another request. */
  #mayKeep = false
  /** Bytes of the stream that the client has not taken yet. */
  #owedBytes = 0
  #answerBytes = 0
  #isCorked = false

  /** Sends the request's head at once. */
  constructor(host: ExchangeHost, kept: KeptStream, request: ExchangeRequest) {
    this.#host = host
    this.#kept = kept
    this.#stream = kept.stream
    this.request = request
    this.#body = createBodyScanner(request.head.framing, { mayHaveTrailers: false })
    const { scratch, limits, nowMs } = host.hall
    this.#pace = new ExchangePace(limits, nowMs)
    const { bytes, head } = request
    const length = writePassedRequest(scratch, { bytes, head, client: host.client })
    this.#stream.handler = this
    this.#stream.writeVolatile(scratch.subarray(0, length))
  }

  get isBodyDone(): boolean {
    return this.#body.isDone
  }

  /** Whether the client has got some of the answer. */
  get hasBegun(): boolean {
    return this.#answer !== undefined
  }

  /** Passes on what belongs to the request's body; returns up to where, or why it is none. */
  takeBody(bytes: Buffer, from: number): number | Refusal {
    if (this.#body.isDone) return from
    const to = this.#body.scan(bytes, from)
    this.#pace.takeBody(to - from, this.#host.hall.nowMs)
    if (this.#body.refusal !== undefined) return this.#body.refusal
    if (to > from && !this.#stream.write(bytes.subarray(from, to))) this.#host.socket.pause()
    return to
  }

  /** Returns what is wrong with how it goes on. */
  sweep(nowMs: number): ReturnType<ExchangePace['sweep']> {
    const { socket } = this.#host
    const isBodyComing = !this.#body.isDone && !socket.isPaused()
    return this.#pace.sweep({ nowMs, isBodyComing, waitingBytes: socket.writableLength })
  }

  /** The client takes more. */
  drain(): void {
    this.#pace.move(this.#host.hall.nowMs)
    const bytes = this.#owedBytes
    this.#owedBytes = 0
    this.#stream.consumed(bytes)
    if (this.#answer?.isDone === true) this.#finishOnceTaken()
  }

  /** The client has gone, or is not to be served any more. */
  abort(reason: string): void {
    this.#stream.reset('cancel', reason)
  }

  onData(piece: Buffer): void {
    this.#hasReceived = true
    this.#pace.move(this.#host.hall.nowMs)
    if (this.#answer === undefined) this.#takeHead(piece)
    else this.#takeAnswer(piece, this.#answer)
  }

  onEnd(): void {
    const answer = this.#answer
    if (answer?.isDone === true) return this.#stream.end()
    if (answer?.end() === true) return this.#finishOnceTaken()
    // What still waits to be sent has nobody any more whom it concerns.
    this.#stream.reset('cancel', 'The connection ended before an answer.')
    if (answer === undefined) return this.#fail('The connection ended before an answer.')
    return this.#host.onBroken()
  }

  onReset({ reason }: StreamReset): void {
    if (this.#answer === undefined) this.#fail(reason)
    else if (!this.#answer.isDone) this.#host.onBroken()
  }

  onWritable(): void {
    this.#host.socket.resume()
  }

  #takeHead(piece: Buffer): void {
    const bytes = this.#collector?.add(piece) ?? piece
    if (bytes === 'tooLarge') return this.#refuse('Its head is too large.')
    if (bytes === 'incomplete') return this.#stream.consumed(piece.length)
    this.#collector = undefined
    const isHead = this.request.head.method === 'HEAD'
    let from = 0
    // What comes after a head belongs to the piece that came last; the pieces before it were consumed already.
    let creditBytes = piece.length
    for (;;) {
      const head = scanResponseHead(bytes, from, { isHead })
      if (head.kind === 'refusal') return this.#refuse(head.reason)
      if (head.kind === 'incomplete') {
        this.#collector = new HeadCollector(bytes.subarray(from), this.#host.hall.limits.headBytes)
        return this.#stream.consumed(creditBytes)
      }
      if (head.status >= 200) return this.#begin(bytes, head, creditBytes)
      if (head.status === 101) return this.#upgrade(bytes, head, creditBytes)
      const restBytes = bytes.length - head.to
      this.#passInformation(bytes, head, creditBytes - restBytes)
      creditBytes = restBytes
      from = head.to
      if (restBytes === 0) return undefined
    }
  }

  #begin(bytes: Buffer, head: ResponseHead, creditBytes: number): void {
    const { framing, to } = head
    const answer = createBodyScanner(framing, { mayHaveTrailers: true })
    const bodyTo = answer.scan(bytes, to)
    if (answer.refusal !== undefined) return this.#refuse(answer.refusal.reason)
    const { head: asked } = this.request
    const mayGoOn = asked.isKeptAlive && this.#body.isDone && framing.kind !== 'untilEnd'
    const mustClose = !mayGoOn || this.#host.hall.isClosing
    this.#answer = answer
    this.#mustClose = mustClose
    this.#mayKeep = head.isKeptAlive && bodyTo === bytes.length
    if (bodyTo - to <= COPIED_BYTES) {
      this.#write(encodePassedResponse(bytes, head, { mustClose, bodyTo }), creditBytes)
    } else {
      this.#write(encodePassedResponse(bytes, head, { mustClose, bodyTo: to }), 0)
      this.#write(bytes.subarray(to, bodyTo), creditBytes)
    }
    if (answer.isDone) this.#finishOnceTaken()
    return undefined
  }

  #takeAnswer(piece: Buffer, answer: BodyScanner): void {
    const to = answer.scan(piece, 0)
    if (answer.refusal !== undefined) {
      this.#stream.reset('protocolError', answer.refusal.reason)
      return this.#host.onBroken()
    }
    if (to < piece.length) this.#mayKeep = false
    if (to === 0) return this.#stream.consumed(piece.length)
    const part = to === piece.length ? piece : piece.subarray(0, to)
    const isCopied = to <= COPIED_BYTES && this.#host.socket.writableLength > 0
    this.#write(isCopied ? Buffer.from(part) : part, piece.length)
    if (answer.isDone) this.#finishOnceTaken()
    return undefined
  }

  #passInformation(bytes: Buffer, head: ResponseHead, creditBytes: number): void {
    if (this.request.head.isHttp10) return this.#stream.consumed(creditBytes)
    const passed = encodePassedResponse(bytes, head, { mustClose: false, bodyTo: head.to })
    return this.#write(passed, creditBytes)
  }

  #upgrade(bytes: Buffer, head: ResponseHead, creditBytes: number): void {
    if (!this.request.head.isUpgrade || !this.#body.isDone) {
      return this.#refuse('It changes the protocol, which nobody asked for.')
    }
    const rest = bytes.subarray(head.to)
    const passed = encodePassedResponse(bytes, head, { mustClose: false, bodyTo: head.to })
    this.#stream.consumed(creditBytes - rest.length)
    return this.#host.onUpgrade(this.#stream, { head: passed, rest })
  }

  #write(bytes: Buffer, creditBytes: number): void {
    const { socket } = this.#host
    this.#answerBytes += bytes.length
    if (!this.#isCorked && bytes.length >= CORKED_BYTES) {
      this.#isCorked = true
      socket.cork()
      setImmediate(() => this.#uncork())
    }
    if (socket.write(bytes)) this.#stream.consumed(creditBytes)
    else this.#owedBytes += creditBytes
  }

  #uncork(): void {
    this.#isCorked = false
    this.#host.socket.uncork()
  }

  /** A client that does not take its answer is not asked for the next request. */
  #finishOnceTaken(): void {
    if (this.#owedBytes > 0) return
    const isFree = this.#stream.state === 'open' && this.#stream.isQuiet
    if (this.#mayKeep && this.#body.isDone && isFree) {
      const use = { answerBytes: this.#answerBytes, nowMs: this.#host.hall.nowMs }
      this.#kept.place.give(this.#kept, use)
    } else {
      this.#stream.reset('cancel', 'The answer has ended.')
    }
    this.#host.onAnswered(!this.#mustClose && this.#body.isDone)
  }

  #fail(reason: string): void {
    const { method, framing } = this.request.head
    const isWhole = isEmptyBody(framing)
    this.#host.onFailure(reason, idempotent.has(method) && isWhole && !this.#hasReceived)
  }

  #refuse(reason: string): void {
    this.#stream.reset('protocolError', reason)
    this.#host.onFailure(`Its answer is malformed: ${reason}`, false)
  }
}
