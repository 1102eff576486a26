import type { AddressInfo, Server, Socket } from 'node:net'

import type { Clock } from '@nexqloud/kernel'

import { createCounters, type GatewayCounters } from './counters.ts'
import { listen } from './door/door.ts'
import { createDoors, type Doors } from './door/doors.ts'
import { AddressNotListenedOnError } from './door/errors.ts'
import { createVisitors, type Visitors } from './door/visitors.ts'
import type { Backend } from './instance/backend.ts'
import { Instance } from './instance/instance.ts'
import { createWaitingRoom, type WaitingRoom } from './instance/waiting-room.ts'
import { gatewayLimitsByDefault, type GatewayLimits } from './limits.ts'
import type { Route } from './route.ts'
import { visitRaw } from './tcp/visit-raw.ts'

/** What the gateway stands on. */
export type GatewayParts = {
  /** Where instances are served by name; port 0 takes any. */
  readonly host: string
  readonly httpPort: number
  readonly clock: Clock
  readonly limits?: Partial<GatewayLimits>
  /** An address of an instance could not be listened on; it is tried again. */
  readonly onFailure: (failure: GatewayFailure) => void
}

/** What did not work for an instance. */
export type GatewayFailure = { readonly id: string; readonly error: AddressNotListenedOnError }

/** The door of the instances. */
export type Gateway = {
  /** `http://host:port`, without a slash: where instances are served by name. */
  readonly httpUrl: string
  readonly counters: Readonly<GatewayCounters>
  /** Serves an instance as the route says; what it said before holds no more. Visitors that are there stay. */
  readonly publish: (route: Route) => void
  /** Says where an instance is now; nowhere: it is being moved, and its visitors wait. May come before its route. */
  readonly attach: (id: string, backends: readonly Backend[]) => void
  /** Serves an instance no more. Raw connections to it stay until their device ends them. */
  readonly withdraw: (id: string) => void
  /** Lets nobody in any more, lets visitors finish for a moment, and ends. */
  readonly close: () => Promise<void>
}

/** How often is looked for what has taken too long: each limit is kept that exactly. */
const SWEEP_MS = 500

/**
 * Opens a gateway that serves nothing yet.
 *
 * @throws {@link AddressNotListenedOnError} where the shared HTTP port is taken.
 */
export async function openGateway(parts: GatewayParts): Promise<Gateway> {
  const address = { host: parts.host, port: parts.httpPort }
  const shared = await listen(address, (socket) => socket.destroy()).catch((cause: unknown) => {
    throw new AddressNotListenedOnError(address, cause)
  })
  return new OpenGateway(shared, parts)
}

class OpenGateway implements Gateway {
  readonly httpUrl: string
  readonly counters = createCounters()
  readonly #parts: GatewayParts
  readonly #limits: GatewayLimits
  readonly #shared: Server
  readonly #room: WaitingRoom
  readonly #visitors: Visitors
  readonly #instances = new Map<string, Instance>()
  readonly #doors = new Map<string, Doors>()
  readonly #closing = new AbortController()

  constructor(shared: Server, parts: GatewayParts) {
    this.#parts = parts
    this.#limits = { ...gatewayLimitsByDefault, ...parts.limits }
    this.#shared = shared
    this.#room = createWaitingRoom(this.#limits, this.counters)
    this.#visitors = createVisitors(this.#limits.connections, this.counters)
    this.httpUrl = `http://${parts.host}:${(shared.address() as AddressInfo).port}`
    void this.#sweepForever()
  }

  publish(route: Route): void {
    const doors = this.#doors.get(route.id) ?? this.#createDoors(this.#instanceOf(route.id))
    this.#doors.set(route.id, doors)
    doors.match(route)
  }

  attach(id: string, backends: readonly Backend[]): void {
    this.#instanceOf(id).attach(backends)
    if (backends.length > 0) this.#room.call(id)
  }

  withdraw(id: string): void {
    this.#doors.get(id)?.close()
    this.#doors.delete(id)
    this.#instances.delete(id)
    this.#room.giveUp(id, `${id} is not served any more.`)
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#shared.close()
    for (const doors of this.#doors.values()) doors.close()
    for (const id of this.#instances.keys()) this.#room.giveUp(id, 'The gateway is closing.')
    const drainMs = this.#visitors.count() === 0 ? 0 : this.#limits.drainMs
    await this.#parts.clock.delay(drainMs, new AbortController().signal)
    this.#visitors.destroyAll()
  }

  #instanceOf(id: string): Instance {
    const instance = this.#instances.get(id) ?? new Instance(id)
    this.#instances.set(id, instance)
    return instance
  }

  #createDoors(instance: Instance): Doors {
    return createDoors({
      clock: this.#parts.clock,
      rebindMs: this.#limits.rebindMs,
      onVisit: (socket, { port }) => this.#visit(socket, instance, port),
      onFailure: (error) => this.#parts.onFailure({ id: instance.id, error }),
    })
  }

  #visit(socket: Socket, instance: Instance, port: number): void {
    if (!this.#visitors.admit(socket)) return
    if (instance.visits >= this.#limits.visitsPerInstance) {
      this.counters.overLimitTotal += 1
      socket.resetAndDestroy()
      return
    }
    const untilMs = this.#parts.clock.steadyMs() + this.#limits.waitMs
    visitRaw(socket, { instance, port, room: this.#room, untilMs })
  }

  async #sweepForever(): Promise<void> {
    const { clock } = this.#parts
    while (!this.#closing.signal.aborted) {
      await clock.delay(SWEEP_MS, this.#closing.signal)
      this.#room.sweep(clock.steadyMs())
    }
  }
}
