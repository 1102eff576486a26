import type { MeasureOutcome } from '@nexqloud/device'
import {
  parseAddress,
  parseDeviceId,
  parseMasternodeId,
  type Address,
  type Clock,
  type DeviceId,
  type MasternodeId,
} from '@nexqloud/kernel'
import {
  contracts,
  readDevice,
  readLogPages,
  type DeviceRecord,
  type Ledger,
} from '@nexqloud/ledger'
import type { RepeatTerms } from '@nexqloud/rules'
import type { Logger } from 'pino'
import { encodeFunctionData, parseEventLogs, type Hex } from 'viem'

import { noScores } from '../device/scores-text.ts'
import { RefusedError } from '../transaction/errors.ts'
import { CommonStart } from './common-start.ts'
import { MeasureBook } from './measure-book.ts'
import { concludeMeasurement, type AskOutcome, type Conclusion } from './measure-conclusion.ts'
import type { MeasuredBy, MeasureObserver } from './measure-observer.ts'
import { nextAttempt, nextMeasuringStep } from './measuring-step.ts'
import { Repeater, type SeenDevice } from './repeater.ts'
import type { SendInTurn } from './send-queue.ts'

/** Which device is to be measured. */
export type MeasureOrder = {
  readonly device: DeviceId
  readonly tlsKeyHash: Hex
  /** Whether others are measured in the same seconds. */
  readonly isTogether: boolean
  /** When the answer has to be there, by the steady clock: milliseconds. */
  readonly untilMs: number
}

/** What a measurer stands on. */
export type MeasurerParts = {
  readonly ledger: Pick<Ledger<undefined>, 'client' | 'devices' | 'masternodes'>
  /** When devices are measured again, and how long a drawn masternode has. */
  readonly terms: RepeatTerms
  readonly measureSeconds: number
  /** The masternode's hot key. */
  readonly signer: Address
  readonly send: SendInTurn
  /** Measures the device that has this TLS key. One that is paused, not connected, or did not answer is asked again until the time is over. */
  readonly measure: (order: MeasureOrder, signal: AbortSignal) => Promise<AskOutcome>
  /** Returns how the device of a TLS key is; nothing while it is away. */
  readonly see: (tlsKeyHash: Hex) => SeenDevice | undefined
  /** Is told what comes of it; `keyOf` finds devices by their numbers. */
  readonly createObserver: (keyOf: (device: DeviceId) => Hex | undefined) => MeasureObserver
  readonly clock: Clock
  readonly log: Pick<Logger, 'info' | 'warn'>
}

/** Between two looks at the chain. */
const LOOK_MS = 1000
/** Of the time that is left, so much for one attempt: there may have to be another one. */
const PATIENCE = 1 / 3
/** After a failure, also of writing what was found: the device is not kept busy with measurements that nobody can record. */
const FAILED_SECONDS = 10
/** Looks at no more devices at once than that: each waits for two blocks. */
const AT_ONCE = 128
const { address, abi } = contracts.devices

/**
 * Draws and does the measurements that devices are due, until the signal aborts. What it has to know stands on the chain:
 * it may be killed at any moment, and several may run. Nothing that fails ends it; it looks again.
 */
export async function runMeasurer(parts: MeasurerParts, signal: AbortSignal): Promise<void> {
  const measurer = new Measurer(parts, signal)
  while (!signal.aborted) {
    await measurer.look()
    await parts.clock.delay(LOOK_MS, signal)
  }
  await measurer.settle()
}

class Measurer {
  readonly #parts: MeasurerParts
  readonly #signal: AbortSignal
  /** Devices that may have a measurement due, and the chain second before which there is nothing to do. */
  readonly #watched = new Map<DeviceId, number>()
  /** How many measurements a device has forged in a row. */
  readonly #forged = new Map<DeviceId, number>()
  readonly #starts = new CommonStart()
  readonly #busy = new Map<DeviceId, Promise<void>>()
  readonly #book: MeasureBook
  readonly #observer: MeasureObserver
  readonly #repeater: Repeater
  #own: MasternodeId | undefined
  #nextBlock = 0n

  constructor(parts: MeasurerParts, signal: AbortSignal) {
    this.#parts = parts
    this.#signal = signal
    this.#book = new MeasureBook(parts.terms.slotSeconds)
    this.#observer = parts.createObserver((device) => this.#book.get(device)?.tlsKeyHash)
    this.#repeater = new Repeater({
      ...parts,
      onUnmeasured: (device, why) => {
        if (this.#own !== undefined) this.#observer.onUnmeasured(this.#own, device, why)
      },
    })
  }

  /** Begins what is due now. */
  async look(): Promise<void> {
    try {
      const own = await this.#parts.ledger.masternodes.read.activeIdOf([this.#parts.signer])
      this.#own = own === 0 ? undefined : parseMasternodeId(own)
      await this.#readOrders()
      if (this.#own === undefined) return
      this.#begin(this.#own)
      await this.#repeater.look(this.#book)
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'ordersUnread')
    }
  }

  async settle(): Promise<void> {
    await Promise.all(this.#busy.values())
  }

  /** Takes in what was written since the last time, and judges as it goes: what waits to be judged does not grow with the chain. */
  async #readOrders(): Promise<void> {
    const { client } = this.#parts.ledger
    const head = await client.getBlockNumber({ cacheTime: 0 })
    const wanted = { address, fromBlock: this.#nextBlock, toBlock: head }
    for await (const { logs, toBlock } of readLogPages({ client }, wanted)) {
      const eventName = ['DeviceRegistered', 'MeasurementOrdered'] as const
      for (const { args } of parseEventLogs({ abi, eventName: [...eventName], logs })) {
        this.#watched.set(parseDeviceId(args.device), 0)
      }
      this.#book.take(logs)
      this.#nextBlock = toBlock + 1n
      if (toBlock < head) this.#judge(Number(logs.at(-1)?.blockTimestamp ?? 0))
    }
    this.#judge(this.#nowSeconds())
  }

  /** Says which devices look as one machine, once all that were measured together are on the chain; who is not active judges, and says nothing. */
  #judge(atSeconds: number): void {
    const { measureSeconds } = this.#parts
    for (const verdict of this.#book.judge(atSeconds - measureSeconds, this.#networkOf)) {
      if (this.#own !== undefined) this.#observer.onVerdict(this.#own, verdict)
    }
  }

  readonly #networkOf = (id: DeviceId): string | undefined => {
    const device = this.#book.get(id)
    return device && this.#parts.see(device.tlsKeyHash)?.network
  }

  #begin(own: MasternodeId): void {
    for (const [id, notBefore] of Array.from(this.#watched)) {
      if (this.#busy.size >= AT_ONCE) return
      if (this.#busy.has(id) || notBefore > this.#nowSeconds()) continue
      const task = this.#follow(id, own)
        .catch((error: unknown) => {
          this.#parts.log.warn({ device: id, err: error }, 'measuringFailed')
          this.#watched.set(id, this.#nowSeconds() + FAILED_SECONDS)
        })
        .finally(() => this.#busy.delete(id))
      this.#busy.set(id, task)
      // Behind all others: those that only wait keep nobody from their turn.
      this.#watched.delete(id)
      this.#watched.set(id, notBefore)
    }
  }

  /** Does one step after the other, as long as one leads to the next. */
  async #follow(id: DeviceId, own: MasternodeId): Promise<void> {
    let goesOn = true
    while (goesOn && !this.#signal.aborted) {
      const device = await readDevice(this.#parts.ledger, id)
      const now = { masternode: own, nowSeconds: this.#nowSeconds() }
      const step = nextMeasuringStep(device, now)
      goesOn = false
      if (step === 'forget') this.#forget(id)
      if (step === 'draw') goesOn = await this.#draw(id)
      if (step !== 'measure' || device === undefined) continue
      const start = startOf(device, this.#book)
      if (start > this.#nowSeconds()) this.#watched.set(id, start)
      else await this.#measure(device, own)
    }
  }

  #forget(id: DeviceId): void {
    this.#watched.delete(id)
    this.#forged.delete(id)
    this.#starts.forget(id)
  }

  /** Returns whether somebody is drawn now, or a draw was ordered. */
  async #draw(id: DeviceId): Promise<boolean> {
    const data = encodeFunctionData({ abi, functionName: 'draw', args: [id] })
    try {
      await this.#parts.send({ to: parseAddress(address), data })
      this.#parts.log.info({ device: id }, 'drawn')
      return true
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      const { errorName, args } = error
      if (errorName === 'DevicesNoMeasurementOrdered') this.#watched.delete(id)
      if (errorName === 'DevicesOrderTooEarly') this.#watched.set(id, Number(args[1]))
      return false
    }
  }

  async #measure(device: DeviceRecord, masternode: MasternodeId): Promise<void> {
    const { id, tlsKeyHash } = device
    const by = { device: id, tlsKeyHash, masternode }
    const askedAt = this.#nowSeconds()
    const outcome = await this.#ask(device)
    const hasMissed = this.#noteStart(device, { outcome, askedAt })
    if (outcome !== 'paused' && outcome?.kind === 'forged') this.#noteForgery(device, by, outcome)
    if (outcome !== 'paused' && outcome?.kind === 'measured') {
      this.#forged.delete(id)
      if (outcome.isImitated) this.#parts.log.info({ device: id }, 'measurementImitated')
    }
    const conclusion = concludeMeasurement({
      device,
      outcome,
      offered: this.#book.get(id)?.offered,
      countAmong: () => (hasMissed ? this.#book.countTogether(id, this.#networkOf) : 1),
      nowSeconds: this.#nowSeconds(),
    })
    if (conclusion !== undefined) await this.#post(device, by, conclusion)
  }

  /** Returns whether a device was not there when those began that it was ordered with. */
  #noteStart(
    device: DeviceRecord,
    { outcome, askedAt }: { readonly outcome: AskOutcome; readonly askedAt: number },
  ): boolean {
    const start = startOf(device, this.#book)
    const isMeasured = outcome !== 'paused' && outcome?.kind === 'measured'
    if (!isMeasured) this.#starts.miss(device.id, { start, askedAt })
    return this.#starts.hasMissed(device.id, start)
  }

  /** Writes what was found on the chain; zeros where nothing was. */
  async #post({ id, accepted }: DeviceRecord, by: MeasuredBy, found: Conclusion): Promise<void> {
    const { scores = noScores, missed } = found
    const data = encodeFunctionData({ abi, functionName: 'measure', args: [id, scores] })
    await this.#parts.send({ to: parseAddress(address), data })
    this.#watched.delete(id)
    this.#starts.forget(id)
    this.#parts.log.info({ device: id, scores, missed }, 'measured')
    this.#observer.onScores(by, { before: accepted, ...found })
  }

  #ask(device: DeviceRecord): ReturnType<MeasurerParts['measure']> {
    const { measure, clock } = this.#parts
    const { id, tlsKeyHash, measurer, status } = device
    const leftMs = (measurer?.until ?? 0) * 1000 - clock.wallMs()
    const order = {
      device: id,
      tlsKeyHash,
      isTogether: status === 'active',
      untilMs: clock.steadyMs() + leftMs * PATIENCE,
    }
    return measure(order, this.#signal)
  }

  #noteForgery(
    device: DeviceRecord,
    by: MeasuredBy,
    outcome: Extract<MeasureOutcome, { kind: 'forged' }>,
  ): void {
    const { id } = device
    const forged = (this.#forged.get(id) ?? 0) + 1
    this.#forged.set(id, forged)
    this.#watched.set(id, nextAttempt(device, { forged, nowSeconds: this.#nowSeconds() }))
    this.#parts.log.warn({ ...outcome, device: id, forged }, 'measurementForged')
    this.#observer.onForged(by, outcome)
  }

  #nowSeconds(): number {
    return Math.floor(this.#parts.clock.wallMs() / 1000)
  }
}

/** One that works is measured in the same second as those that were ordered with it; another one at once. */
function startOf({ id, status }: DeviceRecord, book: MeasureBook): number {
  const known = book.get(id)
  return status === 'active' && known !== undefined ? book.startOf(known) : 0
}
