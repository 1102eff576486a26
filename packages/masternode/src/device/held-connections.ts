import type { Clock } from '@nexqloud/kernel'
import type { Link, TlsKeyHash } from '@nexqloud/tunnel'

import type { DeviceConnection } from './device-connection.ts'

/** How long a link may take to answer whether it is alive: milliseconds. */
const ALIVE_MS = 1500

/** The connections of now: one a device. */
export class HeldConnections {
  readonly #clock: Clock
  readonly #byKey = new Map<TlsKeyHash, DeviceConnection>()
  readonly #byDevice = new Map<string, DeviceConnection>()
  readonly #numbers = new Map<DeviceConnection, number>()
  #nextNumber = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Returns a device's connection; nothing while it is away. */
  of(device: string): DeviceConnection | undefined {
    return this.#byDevice.get(device)
  }

  /** As {@link of}, by the device's key. */
  ofKey(keyHash: TlsKeyHash): DeviceConnection | undefined {
    return this.#byKey.get(keyHash)
  }

  all(): readonly DeviceConnection[] {
    return [...this.#byKey.values()]
  }

  /** Returns all connections, each with a number of its own that stays. */
  numbered(): Iterable<readonly [DeviceConnection, number]> {
    return this.#numbers
  }

  /** Keeps a connection in the place of any other of its key. */
  put(connection: DeviceConnection): void {
    const { peerKeyHash } = connection.link
    this.#byKey.get(peerKeyHash)?.link.mux.close('cancel', 'The device has dialled anew.')
    this.#byKey.set(peerKeyHash, connection)
    this.#byDevice.set(connection.device, connection)
    this.#numbers.set(connection, this.#nextNumber)
    this.#nextNumber += 1
  }

  /** Forgets a connection, unless another has taken its place. */
  delete(connection: DeviceConnection): void {
    const { link, device } = connection
    this.#numbers.delete(connection)
    if (this.#byKey.get(link.peerKeyHash) === connection) this.#byKey.delete(link.peerKeyHash)
    if (this.#byDevice.get(device) === connection) this.#byDevice.delete(device)
  }

  /**
   * Returns the device of a key whose agent is there and answers. One that went without a word looks well for some seconds, and its
   * successor must not wait for that.
   */
  async answering(keyHash: TlsKeyHash): Promise<string | undefined> {
    const held = this.#byKey.get(keyHash)
    return held !== undefined && (await this.#isAlive(held.link)) ? held.device : undefined
  }

  async #isAlive({ mux, closed }: Link): Promise<boolean> {
    const [askedMs, over] = [this.#clock.steadyMs(), new AbortController()]
    void closed.then(() => over.abort())
    mux.ping()
    await this.#clock.delay(ALIVE_MS, over.signal)
    return !over.signal.aborted && mux.receivedMs >= askedMs
  }
}
