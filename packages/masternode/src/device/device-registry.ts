import type { DeviceStanding } from '@nexqloud/control'
import type { TlsKeyHash } from '@nexqloud/tunnel'

/** A device that the network knows. */
export type RegisteredDevice = {
  /** The name of its node, e.g. `device-7`. */
  readonly name: string
  readonly standing: DeviceStanding
  /** Why it gets no pods; nothing where it may have some. One that waits for its measurement is let in all the same. */
  readonly idle: string | undefined
}

/** Who knows devices: the chain. Asked often. */
export type DeviceRegistry = {
  /** Returns the device of a key; nothing where there is none, or it has left the network. */
  readonly find: (keyHash: TlsKeyHash) => Promise<RegisteredDevice | undefined>
}
