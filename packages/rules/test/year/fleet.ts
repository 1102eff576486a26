import { parseDeviceId, type Address, type DeviceId } from '@nexqloud/kernel'

import type { Agenda } from './agenda.ts'
import type { Chance } from './chance.ts'
import { addressOf } from './network.ts'
import { Outages } from './outages.ts'

/** A device of a stranger's. */
export type Device = {
  readonly id: DeviceId
  readonly scores: readonly number[]
  owner: Address
  readonly outages: Outages
}

/** Seconds between two losses of a device: 1.1 of 100 replicas are lost in an hour; and until it is back. */
const [LOSSES, AWAY] = [3600 / 0.011, 7200]

/** What devices live in. */
export type FleetParts = {
  readonly agenda: Agenda
  readonly chance: Chance
  /** Called once the device is away. */
  readonly onLoss: (device: Device) => void
}

/** Devices that come and go. */
export class Fleet {
  readonly devices: readonly Device[]
  losses = 0
  readonly #parts: FleetParts

  constructor(count: number, parts: FleetParts) {
    this.#parts = parts
    const { chance } = parts
    this.devices = Array.from({ length: count }, (_, place) => ({
      id: parseDeviceId(place + 1),
      scores: Array.from({ length: 5 }, () => chance.below(1000)),
      owner: addressOf(0xdd, place + 1),
      outages: new Outages(),
    }))
    for (const device of this.devices) this.#loseLater(device)
  }

  /** Returns one that is there. */
  choose(): Device {
    for (;;) {
      const device = this.devices[this.#parts.chance.below(this.devices.length)]
      if (device !== undefined && !device.outages.isOn) return device
    }
  }

  #loseLater(device: Device): void {
    const { agenda, chance, onLoss } = this.#parts
    agenda.in(chance.until(LOSSES), () => {
      device.outages.begin(agenda.now)
      this.losses += 1
      onLoss(device)
      agenda.in(chance.until(AWAY), () => {
        device.outages.end(agenda.now)
        this.#loseLater(device)
      })
    })
  }
}
