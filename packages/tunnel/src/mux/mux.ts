import type { Duplex } from 'node:stream'

import { createAllowance, type Allowance, type Clock } from '@nexqloud/kernel'

import { BlockPool } from '../frame/block-pool.ts'
import { PeerViolationError } from '../frame/errors.ts'
import { FrameReader, type ControlFrame } from '../frame/frame-reader.ts'
import { FrameWriter } from '../frame/frame-writer.ts'
import { parseResetCode, type ResetCode } from '../frame/reset-code.ts'
import { createBrokenLinkError, LinkEndedError, LinkUnavailableError } from './errors.ts'
import { Flight } from './flight.ts'
import type { MuxLimits } from './limits.ts'
import { MuxStream, type StreamHandler, type StreamHost, type StreamReset } from './mux-stream.ts'
import { RoundTrip } from './round-trip.ts'
import { StreamTable, type MuxRole } from './stream-table.ts'
import { Turns } from './turns.ts'
import type { WindowBudget } from './window-budget.ts'
import { firstWindowBytes, LEAST_WINDOW_BYTES, MOST_WINDOW_BYTES } from './window.ts'

/** What the peer asks a new stream to lead to. */
export type StreamTarget = { readonly target: Buffer; readonly isUrgent: boolean }

/** What a mux stands on. */
export type MuxOptions = {
  /** Who dialled the socket: the two ends number their streams apart. */
  readonly role: MuxRole
  readonly limits: MuxLimits
  /** One for all links of a process bounds what they hold together. */
  readonly budget: WindowBudget
  readonly clock: Pick<Clock, 'steadyMs'>
  /** The peer opened a stream; whoever does not want it resets it. */
  readonly accept: (stream: MuxStream, target: StreamTarget) => StreamHandler
  /** The peer takes no more streams: those that are open go on. */
  readonly onGoAway: () => void
  /** The peer answered a ping. */
  readonly onPong: () => void
  /** Called once, after all streams were told. */
  readonly onClose: (end: LinkEndedError) => void
}

/** Many streams over one socket. */
export class Mux implements StreamHost {
  readonly budget: WindowBudget
  readonly blocks = new BlockPool()
  readonly turns = new Turns()
  readonly #socket: Duplex
  readonly #options: MuxOptions
  readonly #reader: FrameReader
  readonly #writer: FrameWriter
  readonly #streams: StreamTable
  readonly #roundTrip: RoundTrip
  readonly #flight: Flight
  readonly #controlFrames: Allowance
  readonly #opens: Allowance
  /** The stream of the data that is being read; undefined where it is closed already. */
  #receiving: MuxStream | undefined
  #receivedMs: number
  #isGoingAway = false
  #isPeerGoingAway = false
  #end: LinkEndedError | undefined

  constructor(socket: Duplex, options: MuxOptions) {
    const { clock, limits, role, budget } = options
    const steadyMs = (): number => clock.steadyMs()
    this.budget = budget
    this.#socket = socket
    this.#options = options
    this.#streams = new StreamTable(role)
    this.#roundTrip = new RoundTrip(steadyMs)
    this.#flight = new Flight(steadyMs)
    this.#controlFrames = createAllowance(limits.controlFrames, steadyMs)
    this.#opens = createAllowance(limits.opens, steadyMs)
    this.#receivedMs = steadyMs()
    this.#writer = new FrameWriter(socket, () => this.#release())
    this.#reader = new FrameReader({
      beginData: (id, length) => this.#beginData(id, length),
      takeData: (piece) => this.#receiving?.handler.onData(piece),
      takeFrame: (frame) => this.#takeFrame(frame),
    })
    socket.on('data', (bytes: Buffer) => this.#receive(bytes))
    socket.on('drain', () => this.#release())
    socket.on('end', () => this.#finish(new LinkEndedError('noError', 'The peer hung up.')))
    socket.on('error', (cause) => this.#finish(createBrokenLinkError(cause)))
    socket.on('close', () => this.#finish(createBrokenLinkError()))
  }

  /** When the peer was heard last, on the clock of {@link Clock.steadyMs}. */
  get receivedMs(): number {
    return this.#receivedMs
  }

  get roundTripMs(): number {
    return this.#roundTrip.roundTripMs
  }

  /** Whether the link takes a frame of a stream now. */
  hasRoom(stream: MuxStream): boolean {
    const isCongested = this.#writer.waitingBytes > this.#options.limits.linkBytes
    return !isCongested && this.#flight.hasRoom(this.turns.mayPass(stream))
  }

  /** Streams that are open, of both ends. */
  get streamCount(): number {
    return this.#streams.size
  }

  /** Whether {@link open} may be called. */
  get isOpen(): boolean {
    return this.#end === undefined && !this.#isGoingAway && !this.#isPeerGoingAway
  }

  /**
   * Opens a stream at once: bytes may be written before the peer knows of it.
   *
   * @throws {@link LinkUnavailableError} where one of the ends is leaving, or the link has carried as many streams as it can.
   */
  open(
    { target, isUrgent = false }: { readonly target: Buffer; readonly isUrgent?: boolean },
    createHandler: (stream: MuxStream) => StreamHandler,
  ): MuxStream {
    if (!this.isOpen)
      throw new LinkUnavailableError('The link is ending; it takes no more streams.')
    const id = this.#streams.takeId()
    const receiveWindowBytes = firstWindowBytes({
      freeBytes: this.budget.freeBytes(),
      budgetBytes: this.budget.budgetBytes,
    })
    this.#writer.writeOpen({ id, isUrgent, windowBytes: receiveWindowBytes }, target)
    const start = { id, isUrgent, sendWindowBytes: LEAST_WINDOW_BYTES, receiveWindowBytes }
    const stream = new MuxStream(this, start, createHandler)
    if (stream.state !== 'closed') this.#streams.add(stream)
    if (this.#streams.ownCount >= this.#options.limits.ownStreams) this.goAway()
    return stream
  }

  /** Asks a peer that was silent for so long for a sign of life, unless one is asked for already. Lets go of memory that a busy time has left. */
  ping(silentMs = 0): void {
    if (this.#end !== undefined) return
    this.#writer.trim()
    this.blocks.trim()
    const isDue = this.steadyMs() - this.#receivedMs >= silentMs && !this.#roundTrip.isAsking
    if (isDue) this.#sendPing()
  }

  /** Tells the peer to open no more streams; once the last one has ended, the link does. */
  goAway(): void {
    if (this.#end !== undefined || this.#isGoingAway) return
    this.#isGoingAway = true
    this.#writer.writeFarewell('goAway', 0, { code: 'noError', reason: '' })
    if (this.#streams.size === 0) this.#finish(new LinkEndedError('noError', 'We hung up.'))
  }

  /** Ends the link and all streams now, telling the peer why. */
  close(code: ResetCode, reason: string, cause?: PeerViolationError): void {
    if (this.#end !== undefined) return
    this.#writer.writeFarewell('goAway', 0, { code, reason })
    this.#finish(new LinkEndedError(code, reason, cause))
  }

  steadyMs(): number {
    return this.#options.clock.steadyMs()
  }

  writeData(id: number, piece: Buffer, release: (() => void) | undefined): void {
    this.#writer.writeData(id, piece, release)
    this.#flight.send(piece.length)
    this.#probe()
  }

  writeValue(name: 'windowUpdate' | 'end', id: number, value: number): void {
    this.#writer.writeValue(name, id, value)
  }

  writeReset(id: number, reset: StreamReset): void {
    this.#writer.writeFarewell('reset', id, reset)
  }

  drop(stream: MuxStream, strayBytes: number): void {
    this.turns.delete(stream)
    this.#streams.delete(stream)
    this.#streams.expectStray(strayBytes)
    if (this.#receiving === stream) this.#receiving = undefined
    if (this.#isGoingAway && this.#streams.size === 0) {
      this.#finish(new LinkEndedError('noError', 'We hung up.'))
    }
  }

  #probe(): void {
    if (this.#flight.isProbeDue) this.#sendPing()
  }

  #sendPing(): void {
    this.#writer.writeValue('ping', 0, this.#roundTrip.beginPing(this.#flight.probe()))
  }

  #receive(bytes: Buffer): void {
    if (this.#end !== undefined) return
    this.#receivedMs = this.steadyMs()
    try {
      this.#reader.read(bytes)
      this.#assertTaken()
    } catch (failure) {
      if (!(failure instanceof PeerViolationError)) throw failure
      this.close(failure.resetCode, failure.message, failure)
    }
    this.#release()
  }

  #beginData(id: number, length: number): void {
    const stream = this.#streams.get(id)
    this.#receiving = stream
    if (stream === undefined) this.#streams.takeStray(id, length)
    else stream.beginData(length)
  }

  #takeFrame(frame: ControlFrame): void {
    if (!this.#controlFrames()) {
      const message = `More than ${this.#options.limits.controlFrames.perSecond} control frames came a second.`
      throw new PeerViolationError('enhanceYourCalm', message)
    }
    if (frame.name === 'open') this.#accept(frame)
    else if (frame.id === 0) this.#takeLinkFrame(frame)
    else this.#takeStreamFrame(frame)
  }

  #takeLinkFrame({ name, flags, value, payload }: ControlFrame): void {
    if (name === 'ping') return this.#writer.writeValue('pong', 0, value)
    if (name === 'pong') {
      this.#flight.arrive(this.#roundTrip.endPing(value))
      this.#probe()
      return this.#options.onPong()
    }
    const code = parseResetCode(flags)
    if (code !== 'noError') {
      this.#finish(new LinkEndedError(code, `The peer ended the link: ${payload.toString()}`))
    } else if (!this.#isPeerGoingAway) {
      this.#isPeerGoingAway = true
      this.#options.onGoAway()
    }
  }

  #takeStreamFrame({ name, id, flags, value, payload }: ControlFrame): void {
    const stream = this.#streams.get(id)
    if (stream === undefined) return this.#streams.assertBegun(id, name)
    if (name === 'windowUpdate') stream.takeCredit(value)
    else if (name === 'end') stream.takeEnd()
    else stream.takeReset({ code: parseResetCode(flags), reason: payload.toString() })
  }

  #accept({ id, flags, payload }: ControlFrame): void {
    this.#streams.assertNext(id)
    const sendWindowBytes = payload.readUInt32BE()
    if (sendWindowBytes < LEAST_WINDOW_BYTES || sendWindowBytes > MOST_WINDOW_BYTES) {
      const message = `Stream ${id} begins with a window of ${sendWindowBytes} bytes.`
      throw new PeerViolationError('flowControlError', message)
    }
    const refusal = this.#refusal()
    if (refusal !== undefined) {
      this.#streams.expectStray(LEAST_WINDOW_BYTES)
      return this.writeReset(id, { code: 'refusedStream', reason: refusal })
    }
    const isUrgent = flags === 1
    const start = { id, isUrgent, sendWindowBytes, receiveWindowBytes: LEAST_WINDOW_BYTES }
    const target = { target: payload.subarray(4), isUrgent }
    const stream = new MuxStream(this, start, (made) => this.#options.accept(made, target))
    if (stream.state !== 'closed') this.#streams.add(stream)
  }

  #refusal(): string | undefined {
    const { peerStreams, opens } = this.#options.limits
    if (this.#isGoingAway) return 'This end takes no more streams.'
    if (this.#streams.peerCount >= peerStreams) return `${peerStreams} streams are open already.`
    if (!this.#opens()) return `More than ${opens.perSecond} streams were opened a second.`
    return undefined
  }

  /** A peer that makes us answer has to take the answers. */
  #assertTaken(): void {
    const { waitingBytes } = this.#writer
    if (waitingBytes <= this.#options.limits.waitingBytes) return
    const message = `${waitingBytes} bytes wait for a peer that sends, and takes nothing.`
    throw new PeerViolationError('enhanceYourCalm', message)
  }

  #release(): void {
    if (this.#end === undefined) this.turns.run(this)
  }

  #finish(end: LinkEndedError): void {
    if (this.#end !== undefined) return
    this.#end = end
    this.#reader.stop()
    this.#writer.flush()
    this.#socket.end()
    const reset = { code: end.resetCode, reason: end.message }
    for (const stream of this.#streams.all()) stream.takeReset(reset)
    this.#options.onClose(end)
  }
}
