import { parseAddress, type Clock, type DeviceId } from '@nexqloud/kernel'
import { contracts, readRandomnessBefore, type DrawReader } from '@nexqloud/ledger'
import { groupDevices, isRepeatDue, type MeasureGroup, type RepeatTerms } from '@nexqloud/rules'
import type { Logger } from 'pino'
import { encodeFunctionData, type Hex } from 'viem'

import { keccak256 } from '../keccak256.ts'
import { RefusedError } from '../transaction/errors.ts'
import type { MeasureBook, MeasuredDevice } from './measure-book.ts'
import type { SendInTurn } from './send-queue.ts'

/** How a device is that may be measured. */
export type SeenDevice = { readonly isPaused: boolean; readonly network: string }

/** What ordering measurements again takes. */
export type RepeaterParts = {
  readonly ledger: Pick<DrawReader, 'client'>
  readonly terms: RepeatTerms
  readonly send: SendInTurn
  /** Returns how the device of a TLS key is; nothing while it is away. */
  readonly see: (tlsKeyHash: Hex) => SeenDevice | undefined
  /** A device could not be measured for two of the longest waits. */
  readonly onUnmeasured: (device: MeasuredDevice, why: 'away' | 'paused') => void
  readonly clock: Pick<Clock, 'wallMs'>
  readonly log: Pick<Logger, 'info'>
}

/** So many times the longest wait is more than any accident. */
const LOST = 2
const { address, abi } = contracts.devices

/** Orders the measurements of active devices about weekly, in slots that nobody knows before. */
export class Repeater {
  readonly #parts: RepeaterParts
  readonly #told = new Map<DeviceId, number>()
  #slot: number

  constructor(parts: RepeaterParts) {
    this.#parts = parts
    this.#slot = this.#nowSlot()
  }

  /** Orders what is due in this slot; called again and again, it looks once a slot. */
  async look(book: Pick<MeasureBook, 'active'>): Promise<void> {
    const slot = this.#nowSlot()
    if (slot === this.#slot) return
    const { terms, ledger, see } = this.#parts
    const devices = book.active()
    const seen = new Map(devices.map(({ id, tlsKeyHash }) => [id, see(tlsKeyHash)]))
    const isHere = (id: DeviceId): boolean => seen.get(id)?.isPaused === false
    const present = devices.filter(({ id }) => isHere(id))
    const here = new Map(present.map((device) => [device.id, device]))
    const groups = groupDevices(
      devices.map(({ id, owner }) => ({ device: id, owner, network: seen.get(id)?.network })),
    )
    const waits = groups.map((group) => ({ group, wait: this.#longestWait(group, here) }))
    const waiting = waits.filter(({ wait }) => wait >= terms.leastSlots)
    if (waiting.length > 0) {
      const randomness = await readRandomnessBefore(ledger, BigInt(slot * terms.slotSeconds))
      const draw = { slot, randomness, keccak256 }
      const due = waiting.filter(({ group, wait }) => isRepeatDue(group, wait, { terms, draw }))
      const members = due.flatMap(({ group }) => group)
      const measurable = members.filter(isHere)
      // All at once: who waits for the block of the one before leaves the slot, and is measured apart from its neighbours.
      await Promise.all(
        measurable.flatMap((id) => here.get(id) ?? []).map((device) => this.#order(device)),
      )
    }
    this.#tellUnmeasured(devices, seen)
    this.#slot = slot
  }

  /**
   * Whoever has waited for twice the longest wait decides nothing for the others; nor does one that cannot be measured, or its neighbours would be
   * measured as often as the contract lets them, at seconds that they know before.
   */
  #longestWait(group: MeasureGroup, here: ReadonlyMap<DeviceId, MeasuredDevice>): number {
    const waits = group.flatMap((id) => here.get(id) ?? []).map((device) => this.#waitOf(device))
    const { mostSlots } = this.#parts.terms
    const counted = waits.filter((wait) => wait < LOST * mostSlots)
    return waits.length > 0 && counted.length === 0 ? mostSlots : Math.max(0, ...counted)
  }

  #waitOf({ measuredAt }: MeasuredDevice): number {
    return this.#nowSlot() - Math.floor(measuredAt / this.#parts.terms.slotSeconds)
  }

  async #order({ id: device, orderedAt, measuredAt }: MeasuredDevice): Promise<void> {
    const { send, log } = this.#parts
    // One whose measurer let its time pass still has its order, and a draw makes another one of it.
    const functionName = orderedAt > measuredAt ? 'draw' : 'orderMeasurement'
    const data = encodeFunctionData({ abi, functionName, args: [device] })
    try {
      await send({ to: parseAddress(address), data })
      log.info({ device }, 'measurementOrdered')
    } catch (error) {
      // Another masternode was first, or its key waits: it is due in the next slots, too.
      if (!(error instanceof RefusedError)) throw error
    }
  }

  #tellUnmeasured(
    devices: readonly MeasuredDevice[],
    seen: ReadonlyMap<DeviceId, SeenDevice | undefined>,
  ): void {
    for (const device of devices) {
      const { id, measuredAt } = device
      if (this.#waitOf(device) < LOST * this.#parts.terms.mostSlots) continue
      const isPaused = seen.get(id)?.isPaused
      // One that is here waits for its slot.
      if (isPaused === false || this.#told.get(id) === measuredAt) continue
      this.#told.set(id, measuredAt)
      this.#parts.onUnmeasured(device, isPaused === true ? 'paused' : 'away')
    }
  }

  #nowSlot(): number {
    return Math.floor(this.#parts.clock.wallMs() / 1000 / this.#parts.terms.slotSeconds)
  }
}
