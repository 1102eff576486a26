import type { Clock } from '@nexqloud/kernel'
import type { UplinkEvent } from '@nexqloud/tunnel'
import type { Logger } from 'pino'

import { faultOf } from '../fault.ts'
import { ownMark } from '../process.ts'
import type { FleetStatus } from './fleet-folder.ts'

/** How many of a fleet's devices have come how far. */
export class FleetStanding {
  registered = 0
  active = 0
  readonly #devices: number
  readonly #log: Pick<Logger, 'warn'>
  readonly #links = new Set<unknown>()
  #trouble = ''

  constructor(devices: number, log: Pick<Logger, 'warn'>) {
    this.#devices = devices
    this.#log = log
  }

  /** A thousand devices that lose one masternode have one trouble. */
  onUplink(event: UplinkEvent): void {
    if (event.name === 'linked') {
      this.#links.add(event.link)
      return
    }
    if (event.name === 'unlinked') this.#links.delete(event.link)
    const { message } = faultOf(event.error)
    if (message !== this.#trouble) this.#log.warn({ reason: message }, event.name)
    this.#trouble = message
  }

  now(): FleetStatus {
    const [devices, linked] = [this.#devices, this.#links.size]
    const { registered, active } = this
    const isWhole = linked >= devices || this.#trouble === ''
    const trouble = isWhole ? {} : { trouble: this.#trouble }
    return { ...ownMark(), devices, registered, active, linked, ...trouble }
  }
}

/** What telling a status takes. */
export type StatusTeller = {
  readonly now: () => FleetStatus
  readonly write: (status: FleetStatus) => Promise<void>
  readonly clock: Pick<Clock, 'delay'>
  readonly log: Pick<Logger, 'warn'>
}

/** Between two looks: milliseconds. */
const LOOK_MS = 1000

/** Writes down how a fleet is whenever that has changed, until the signal aborts; what could not be written is tried again, and its devices go on. */
export async function keepTelling(
  { now, write, clock, log }: StatusTeller,
  signal: AbortSignal,
): Promise<void> {
  let told = ''
  while (!signal.aborted) {
    const status = now()
    const text = JSON.stringify(status)
    try {
      if (text !== told) await write(status)
      told = text
    } catch (error) {
      log.warn({ err: error }, 'statusUnwritten')
    }
    await clock.delay(LOOK_MS, signal)
  }
}
