import type { Socket } from 'node:net'

import type { MuxStream } from '@nexqloud/tunnel'

import { countRefusal, type Visitor } from '../door/visitors.ts'
import { becomeRaw } from '../tcp/become-raw.ts'
import { ClientFields } from './client-fields.ts'
import type { FindDestination } from './destination.ts'
import { Exchange, type ExchangeHost, type ExchangeRequest } from './exchange.ts'
import { isEmptyBody } from './framing.ts'
import { HeldBytes } from './held-bytes.ts'
import { HeldMemory } from './held-memory.ts'
import type { HttpHall, TimedVisit } from './http-hall.ts'
import { encodeOwnAnswer, noAnswer, tooMany, type OwnAnswer } from './own-answer.ts'
import { refuse, type Refusal } from './refusal.ts'
import type { RequestHead } from './request-head.ts'
import { RequestReader } from './request-reader.ts'
import { nextVisitState, type VisitEvent, type VisitState } from './visit-life.ts'

/** Speaks HTTP/1.1 on a connection, until it is closed. */
export function visitHttp(visitor: Visitor, hall: HttpHall, find: FindDestination): void {
  new HttpVisit(visitor, hall, find).begin()
}

/** A connection that HTTP/1.1 is spoken on: one request after the other, each led where it belongs. */
class HttpVisit implements ExchangeHost, TimedVisit {
  readonly socket: Socket
  readonly client: ClientFields
  readonly hall: HttpHall
  readonly #address: string
  readonly #find: FindDestination
  readonly #reader: RequestReader
  #state: VisitState = 'head'
  /** Since when it does that, or since the client last did its part. */
  #sinceMs: number
  /** What is waiting, or being exchanged. */
  #request: ExchangeRequest | undefined
  #exchange: Exchange | undefined
  #tries = 0
  #waitUntilMs = 0
  #leaveRoom: (() => void) | undefined
  /** What came after the request that is being answered. */
  readonly #held: HeldBytes
  #hasAsked = false
  #hasEnded = false
  readonly #onData = (piece: Buffer): void => this.#receive(piece)
  readonly #onDrain = (): void => {
    if (this.#state === 'draining') this.#next()
    else this.#exchange?.drain()
  }
  readonly #onEnd = (): void => this.#takeEnd()

  constructor({ socket, address }: Visitor, hall: HttpHall, find: FindDestination) {
    this.socket = socket
    this.#address = address
    this.hall = hall
    this.#find = find
    const memory = (): HeldMemory => new HeldMemory(hall.heldBytes, address)
    this.#reader = new RequestReader(hall.limits.headBytes, memory())
    this.#held = new HeldBytes(memory())
    this.client = new ClientFields(socket.remoteAddress ?? '')
    this.#sinceMs = hall.nowMs
  }

  /** Reads what the client sends. */
  begin(): void {
    const { socket } = this
    socket.on('data', this.#onData).on('drain', this.#onDrain).on('end', this.#onEnd)
    socket.on('error', () => {})
    socket.on('close', () => this.#close())
    this.hall.visits.add(this)
    socket.resume()
  }

  sweep(nowMs: number): void {
    if (this.#state === 'exchanging') return this.#sweepExchange(nowMs)
    if (this.#state === 'waiting' || this.#state === 'raw') return undefined
    const { headMs, idleMs } = this.hall.limits
    const isIdle = this.#state === 'head' && this.#hasAsked && !this.#reader.isReading
    if (nowMs - this.#sinceMs <= (isIdle ? idleMs : headMs)) return undefined
    if (this.#state !== 'head') this.socket.destroy()
    // Browsers open connections in advance: one that says nothing is told nothing.
    else if (!this.#reader.isReading) this.#end()
    else this.#refuse(refuse('The head of the request took too long.', 408))
    return undefined
  }

  leave(): void {
    if (this.#state === 'head' && !this.#reader.isReading) this.#end()
  }

  onAnswered(mayGoOn: boolean): void {
    this.#letGo()
    if (mayGoOn) this.#next()
    else this.#end()
  }

  onFailure(reason: string, mayRetry: boolean): void {
    const request = this.#request
    if (request === undefined) return
    const { instance, port } = request
    if (mayRetry && this.#tries <= Math.max(1, instance.backendCount)) {
      this.hall.counters.retriesTotal += 1
      return this.#send(request)
    }
    this.hall.counters.failuresTotal += 1
    return this.#answerInstead(noAnswer({ id: instance.id, port, reason, mayRetry }))
  }

  onBroken(): void {
    this.hall.counters.failuresTotal += 1
    this.#exchange = undefined
    this.socket.resetAndDestroy()
  }

  onUpgrade(stream: MuxStream, { head, rest }: { head: Buffer; rest: Buffer }): void {
    this.#enter('upgrade')
    this.#exchange = undefined
    this.hall.visits.delete(this)
    const { socket } = this
    socket.off('data', this.#onData).off('drain', this.#onDrain).off('end', this.#onEnd)
    becomeRaw(stream, socket, { head, rest, held: this.#held.take(), hasEnded: this.#hasEnded })
  }

  #enter(event: VisitEvent): void {
    this.#state = nextVisitState(this.#state, event)
    this.#sinceMs = this.hall.nowMs
  }

  #sweepExchange(nowMs: number): void {
    const wrong = this.#exchange?.sweep(nowMs)
    const { stuckMs } = this.hall.limits
    if (wrong === 'bodyTooSlow') {
      this.#refuse(refuse('The body of the request stopped coming, or comes too slowly.', 408))
    } else if (wrong === 'stuck') {
      this.#refuse(refuse(`Nothing came for ${stuckMs / 1000} s, either way.`, 504))
    }
  }

  #receive(piece: Buffer): void {
    if (this.#state === 'head') this.#read(piece)
    else if (this.#state === 'exchanging') this.#takeBody(piece, 0)
    else if (this.#state !== 'ending') this.#hold(piece)
  }

  #read(piece: Buffer): void {
    let bytes = piece
    let at = 0
    while (this.#state === 'head' && at < bytes.length) {
      if (!this.#reader.isReading) this.#sinceMs = this.hall.nowMs
      const head = this.#reader.read(bytes, at)
      if (head.kind === 'incomplete') return
      if (head.kind === 'refusal') return this.#refuse(head)
      bytes = this.#reader.bytes
      at = head.to
      this.#begin(bytes, head)
    }
    if (at < bytes.length && this.#state === 'exchanging') this.#takeBody(bytes, at)
    else if (at < bytes.length && this.#state !== 'ending') this.#hold(bytes.subarray(at))
  }

  #begin(bytes: Buffer, head: RequestHead): void {
    const { counters, limits, nowMs } = this.hall
    this.#hasAsked = true
    counters.requestsTotal += 1
    const destination = this.#find(bytes, head)
    if ('status' in destination) return this.#answer(destination, head)
    const { instance, port } = destination
    const refusal = instance.visits.refusal(this.#address)
    if (refusal !== undefined) {
      countRefusal(counters, refusal)
      return this.#answer(tooMany(`${instance.id} has ${instance.visits.taken} visitors`), head)
    }
    instance.visits.take(this.#address)
    this.#tries = 0
    this.#waitUntilMs = nowMs + limits.waitMs
    this.#request = { bytes, head, instance, port }
    return this.#send(this.#request)
  }

  #send(request: ExchangeRequest): void {
    const kept = request.instance.take(request.port)
    if (kept === undefined) return this.#wait(request)
    this.#tries += 1
    this.#enter('send')
    this.#exchange = new Exchange(this, kept, request)
    return undefined
  }

  #wait(request: ExchangeRequest): void {
    const { id } = request.instance
    this.#enter('wait')
    this.#exchange = undefined
    this.socket.pause()
    this.#leaveRoom = this.hall.room.enter(id, {
      address: this.#address,
      untilMs: this.#waitUntilMs,
      onPlace: () => this.#stopWaiting(request),
      onGiveUp: (reason) =>
        this.#answerInstead({ status: 503, text: reason, retryAfterSeconds: 5 }),
    })
    if (this.#leaveRoom === undefined) this.#answerInstead(tooMany(`Many wait for ${id}`))
  }

  #stopWaiting(request: ExchangeRequest): void {
    this.#leaveRoom = undefined
    this.#send(request)
    if (this.#state !== 'exchanging') return
    const held = this.#held.take()
    this.socket.resume()
    if (held !== undefined) this.#takeBody(held, 0)
  }

  #takeBody(bytes: Buffer, from: number): void {
    const to = this.#exchange?.takeBody(bytes, from) ?? bytes.length
    if (typeof to === 'object') this.#refuse(to)
    else if (to < bytes.length) this.#hold(bytes.subarray(to))
  }

  #hold(bytes: Buffer): void {
    if (!this.#held.add(bytes)) return this.#refuse(refuse('Too much came before its turn.', 503))
    this.socket.pause()
    return undefined
  }

  /** Reads the next request. */
  #next(): void {
    this.#enter('next')
    const held = this.#held.take()
    if (held === undefined && (this.#hasEnded || this.hall.isClosing)) return this.#end()
    if (this.socket.isPaused()) this.socket.resume()
    if (held !== undefined) this.#read(held)
    if (this.#state === 'head' && this.#hasEnded) this.#end()
    return undefined
  }

  #takeEnd(): void {
    this.#hasEnded = true
    if (this.#state === 'head') this.#end()
    else if (this.#state === 'exchanging' && this.#exchange?.isBodyDone !== true) {
      this.socket.destroy()
    }
  }

  /** Answers in place of the instance, and goes on. */
  #answerInstead(answer: OwnAnswer): void {
    const { head } = this.#request ?? {}
    if (head === undefined) return
    const isBodyDone = this.#exchange?.isBodyDone ?? isEmptyBody(head.framing)
    this.#letGo()
    this.#answer(answer, head, isBodyDone)
    if (this.#state === 'head') this.#next()
  }

  /** Afterwards it reads the next head, or drains, or ends. */
  #answer(answer: OwnAnswer, head: RequestHead, isBodyDone = isEmptyBody(head.framing)): void {
    const mustClose = !head.isKeptAlive || !isBodyDone || this.hall.isClosing
    const isHead = head.method === 'HEAD'
    const isTaken = this.socket.write(encodeOwnAnswer(answer, { isHead, mustClose }))
    if (mustClose) return this.#end()
    return this.#enter(isTaken ? 'next' : 'drain')
  }

  /** Ends what is wrong: nothing that follows can be trusted. */
  #refuse({ status, reason }: Refusal): void {
    const isAnswering = this.#exchange?.hasBegun === true
    if (status !== 504) this.hall.counters.badHeadsTotal += 1
    else if (!isAnswering) this.hall.counters.failuresTotal += 1
    this.#letGo(reason)
    if (isAnswering) return this.onBroken()
    this.socket.write(encodeOwnAnswer({ status, text: reason }, { isHead: false, mustClose: true }))
    return this.#end()
  }

  /** Says no more, and lets what the client still sends fall until it hangs up. */
  #end(): void {
    this.#reader.close()
    this.#enter('end')
    this.#held.take()
    this.socket.end()
    this.socket.resume()
  }

  #letGo(reason?: string): void {
    this.#leaveRoom?.()
    if (reason !== undefined) this.#exchange?.abort(reason)
    if (this.#request !== undefined) this.#request.instance.visits.leave(this.#address)
    this.#request = undefined
    this.#exchange = undefined
  }

  #close(): void {
    this.#reader.close()
    this.#held.take()
    this.#letGo('The client has gone.')
    this.hall.visits.delete(this)
  }
}
