import { parseAddress, parseDeviceId, type Address, type DeviceId } from '@nexqloud/kernel'
import { contracts, type RawScores } from '@nexqloud/ledger'
import {
  confirmSharers,
  findSharers,
  groupDevices,
  lowerScores,
  startOfRepeat,
  type MeasureGroup,
} from '@nexqloud/rules'
import { parseEventLogs, type Hex, type Log } from 'viem'

import { noScores } from '../device/scores-text.ts'

/** What the chain's events say of a device, as far as measuring it goes. */
export type MeasuredDevice = {
  readonly id: DeviceId
  readonly owner: Address
  readonly tlsKeyHash: Hex
  readonly isActive: boolean
  /** What counts; all 0 until its owner accepted. */
  readonly accepted: RawScores
  /** What was measured last, unless that was accepted. */
  readonly offered?: RawScores
  /** Chain seconds of its last measurement and its last order; 0 where there was none. */
  readonly measuredAt: number
  readonly orderedAt: number
}

/** A device that was measured in the same seconds as others, by its CPUs. */
type TogetherScore = {
  readonly device: DeviceId
  readonly alone: number
  readonly together: number
}

/** What follows for devices that were measured together. */
export type Verdict = {
  /** The second in which they began. */
  readonly start: number
  readonly measured: readonly TogetherScore[]
  /** Look as one machine this time. */
  readonly found: readonly DeviceId[]
  /** Looked so twice in a row. */
  readonly confirmed: readonly DeviceId[]
}

/** Says in which network a device is seen; nothing where nobody sees it. */
export type NetworkOf = (device: DeviceId) => string | undefined

const { abi } = contracts.devices

/** What all events of the devices say; the same for everybody who reads them. */
export class MeasureBook {
  readonly #slotSeconds: number
  readonly #devices = new Map<DeviceId, MeasuredDevice>()
  /** By the second in which they began. */
  readonly #together = new Map<number, TogetherScore[]>()
  /** Who was found the last time that it was measured with others. */
  readonly #suspects = new Set<DeviceId>()

  constructor(slotSeconds: number) {
    this.#slotSeconds = slotSeconds
  }

  /** Takes in what was written; each log once, in order. */
  take(logs: Log[]): void {
    for (const { eventName, args, blockTimestamp } of parseEventLogs({ abi, logs })) {
      if (!('device' in args)) continue
      const id = parseDeviceId(args.device)
      const at = Number(blockTimestamp ?? 0)
      if (eventName === 'DeviceRegistered') {
        const { owner, tlsKeyHash } = args
        const fresh = { accepted: noScores, isActive: false, measuredAt: 0, orderedAt: 0 }
        this.#devices.set(id, { id, owner: parseAddress(owner), tlsKeyHash, ...fresh })
      }
      if (eventName === 'MeasurementOrdered') this.#change(id, { orderedAt: at })
      if (eventName === 'DeviceMeasured') this.#takeScores(id, args.scores, at)
      if (eventName === 'DeviceAccepted') this.#takeAcceptance(id, args)
      if (eventName === 'DeviceSuspended')
        this.#change(id, { isActive: false, owner: parseAddress(args.to) })
      if (eventName === 'DeviceRetired') this.#devices.delete(id)
    }
  }

  get(id: DeviceId): MeasuredDevice | undefined {
    return this.#devices.get(id)
  }

  /** Those that may work. */
  active(): readonly MeasuredDevice[] {
    return [...this.#devices.values()].filter(({ isActive }) => isActive)
  }

  /** Returns when a device is measured that was ordered again: in the same second as all that were ordered with it. */
  startOf({ orderedAt }: Pick<MeasuredDevice, 'orderedAt'>): number {
    return startOfRepeat(orderedAt, this.#slotSeconds)
  }

  /** Returns how many of a device's group, itself among them, were ordered with it. */
  countTogether(id: DeviceId, networkOf: NetworkOf): number {
    const device = this.#devices.get(id)
    if (device === undefined) return 1
    const start = this.startOf(device)
    const together = this.active().filter((each) => this.startOf(each) === start)
    // Whoever ties two others together does so without being measured.
    const group = toGroups(this.active(), networkOf).find((each) => each.includes(id)) ?? []
    return Math.max(1, together.filter((each) => group.includes(each.id)).length)
  }

  /** Returns what follows for those that began before a second, once. `networkOf` says where a device is seen. */
  judge(before: number, networkOf: NetworkOf): readonly Verdict[] {
    const due = [...this.#together].filter(([start]) => start < before)
    return due
      .toSorted(([left], [right]) => left - right)
      .flatMap(([start, measured]) => {
        this.#together.delete(start)
        return this.#judgeTogether(start, measured, networkOf)
      })
  }

  #judgeTogether(
    start: number,
    measured: readonly TogetherScore[],
    networkOf: NetworkOf,
  ): readonly Verdict[] {
    const scores = new Map(measured.map((score) => [score.device, score]))
    const known = measured.flatMap(({ device }) => this.#devices.get(device) ?? [])
    return toGroups(known, networkOf).flatMap((group) => {
      if (group.length < 2) return []
      const together = group.flatMap((id) => scores.get(id) ?? [])
      const found = findSharers(together)
      const confirmed = confirmSharers([...this.#suspects], found)
      for (const id of group) this.#suspects.delete(id)
      for (const id of found) this.#suspects.add(id)
      return [{ start, measured: together, found, confirmed }]
    })
  }

  #takeScores(id: DeviceId, scores: RawScores, measuredAt: number): void {
    const device = this.#devices.get(id)
    if (device === undefined) return
    const { accepted, offered, isActive, orderedAt } = device
    // One that did not answer says nothing of a machine.
    if (isActive && orderedAt > 0 && scores.cpu > 0) {
      const score = { device: id, alone: accepted.cpu, together: scores.cpu }
      const start = this.startOf(device)
      this.#together.set(start, [...(this.#together.get(start) ?? []), score])
    }
    const counted = offered === undefined ? accepted : lowerScores(accepted, offered, scores)
    this.#change(id, { measuredAt, accepted: counted, offered: scores })
  }

  #takeAcceptance(
    id: DeviceId,
    { owner, scores }: { readonly owner: string; readonly scores: RawScores },
  ): void {
    const device = this.#devices.get(id)
    if (device === undefined) return
    const { offered: _, ...rest } = device
    this.#devices.set(id, { ...rest, isActive: true, accepted: scores, owner: parseAddress(owner) })
  }

  #change(id: DeviceId, fields: Partial<MeasuredDevice>): void {
    const device = this.#devices.get(id)
    if (device !== undefined) this.#devices.set(id, { ...device, ...fields })
  }
}

function toGroups(
  devices: readonly MeasuredDevice[],
  networkOf: NetworkOf,
): readonly MeasureGroup[] {
  return groupDevices(
    devices.map(({ id, owner }) => ({ device: id, owner, network: networkOf(id) })),
  )
}
