import type { AddressInfo, Server, Socket } from 'node:net'

import type { Clock } from '@nexqloud/kernel'

import { createCounters, type GatewayCounters } from './counters.ts'
import { createAdmission, type Admission } from './door/admission.ts'
import { listen } from './door/door.ts'
import { createDoors, type Doors } from './door/doors.ts'
import { AddressNotListenedOnError } from './door/errors.ts'
import { countRefusal, createVisitors, type Visitor, type Visitors } from './door/visitors.ts'
import type { Destination } from './http/destination.ts'
import { createHttpHall, type HttpHall } from './http/http-hall.ts'
import { visitHttp } from './http/http-visit.ts'
import type { OwnAnswer } from './http/own-answer.ts'
import { turnAwayHttp } from './http/turn-away.ts'
import type { Backend } from './instance/backend.ts'
import { Hostnames, hostnameOf } from './instance/hostnames.ts'
import { Instance } from './instance/instance.ts'
import { createWaitingRoom, type WaitingRoom } from './instance/waiting-room.ts'
import { gatewayLimitsByDefault, type GatewayLimits } from './limits.ts'
import { httpPortOf, type Route, type RoutePort } from './route.ts'
import { leadToPort, visitRaw, type Lead } from './tcp/visit-raw.ts'

/** What the gateway stands on. */
export type GatewayParts = {
  /** Where instances are served by name; port 0 takes any. */
  readonly host: string
  readonly httpPort: number
  readonly clock: Clock
  readonly limits?: Partial<GatewayLimits>
  /** Somebody has come to a port that SSH is spoken at, of an instance by its id; nothing was read. Without it they are reset. */
  readonly onSsh?: (socket: Socket, id: string) => void
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

/** How often a gateway that closes looks whether everybody has gone. */
const DRAIN_LOOK_MS = 20

/**
 * Opens a gateway that serves nothing yet.
 *
 * @throws {@link AddressNotListenedOnError} where the shared HTTP port is taken.
 */
export async function openGateway(parts: GatewayParts): Promise<Gateway> {
  const address = { host: parts.host, port: parts.httpPort }
  const gateway = new OpenGateway(parts)
  const shared = await listen(address, (socket) => gateway.visitByName(socket)).catch(
    (cause: unknown) => {
      throw new AddressNotListenedOnError(address, cause)
    },
  )
  gateway.begin(shared)
  return {
    httpUrl: `http://${parts.host}:${(shared.address() as AddressInfo).port}`,
    counters: gateway.counters,
    publish: (route) => gateway.publish(route),
    attach: (id, backends) => gateway.attach(id, backends),
    withdraw: (id) => gateway.withdraw(id),
    close: () => gateway.close(),
  }
}

function notServed(id: string): OwnAnswer {
  return { status: 404, text: `${id} is not served any more.` }
}

function reset(socket: Socket): void {
  socket.on('error', () => {}).resetAndDestroy()
}

/** An instance, and what it is served by; without a route it is only known to be somewhere. */
type Served = {
  readonly instance: Instance
  readonly doors: Doors
  route: Route | undefined
  admits: Admission
}

class OpenGateway {
  readonly counters = createCounters()
  readonly #parts: GatewayParts
  readonly #limits: GatewayLimits
  readonly #room: WaitingRoom
  readonly #visitors: Visitors
  readonly #hall: HttpHall
  readonly #served = new Map<string, Served>()
  readonly #hostnames = new Hostnames()
  readonly #closing = new AbortController()
  #shared: Server | undefined

  constructor(parts: GatewayParts) {
    const { counters } = this
    const limits = { ...gatewayLimitsByDefault, ...parts.limits }
    this.#parts = parts
    this.#limits = limits
    this.#room = createWaitingRoom(limits, counters)
    this.#visitors = createVisitors(limits.connections, counters)
    this.#hall = createHttpHall({
      limits,
      counters,
      room: this.#room,
      nowMs: parts.clock.steadyMs(),
    })
  }

  begin(shared: Server): void {
    this.#shared = shared
    void this.#sweepForever()
  }

  publish(route: Route): void {
    const served = this.#servedOf(route.id)
    if (served.route?.passages !== route.passages) served.admits = createAdmission(route)
    served.route = route
    served.doors.match(route)
    this.#hostnames.set(route.id, route.hostnames)
    if (route.resting !== undefined) this.#room.giveUp(route.id, route.resting)
  }

  attach(id: string, backends: readonly Backend[]): void {
    this.#servedOf(id).instance.attach(backends)
    if (backends.length > 0) this.#room.call(id)
  }

  withdraw(id: string): void {
    const served = this.#served.get(id)
    served?.doors.close()
    served?.instance.attach([])
    this.#served.delete(id)
    this.#hostnames.set(id, [])
    this.#room.giveUp(id, notServed(id).text)
  }

  /** A connection to the shared port: each of its requests says whom it wants. */
  visitByName(socket: Socket): void {
    const visitor = this.#visitors.admit(socket)
    if (visitor === undefined) return turnAwayHttp(socket)
    const { remoteAddress } = socket
    visitHttp(visitor, this.#hall, (bytes, { hostFrom, hostTo }) =>
      this.#findByName(bytes.toString('latin1', hostFrom, hostTo), remoteAddress),
    )
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#shared?.close()
    this.#hall.isClosing = true
    for (const [id, { doors }] of this.#served) {
      doors.close()
      this.#room.giveUp(id, 'The gateway is closing.')
    }
    for (const visit of this.#hall.visits) visit.leave()
    await this.#drain()
    this.#visitors.destroyAll()
  }

  /** Waits until everybody has gone, not too long. */
  async #drain(): Promise<void> {
    const { clock } = this.#parts
    const untilMs = clock.steadyMs() + this.#limits.drainMs
    while (this.#visitors.count() > 0 && clock.steadyMs() < untilMs) {
      await clock.delay(DRAIN_LOOK_MS, new AbortController().signal)
    }
  }

  #servedOf(id: string): Served {
    const known = this.#served.get(id)
    if (known !== undefined) return known
    const instance = new Instance(id, this.#limits)
    const admits = createAdmission({})
    const served = { instance, doors: this.#createDoors(instance), route: undefined, admits }
    this.#served.set(id, served)
    return served
  }

  #createDoors(instance: Instance): Doors {
    return createDoors({
      clock: this.#parts.clock,
      rebindMs: this.#limits.rebindMs,
      onVisit: (socket, port) => this.#visit(socket, instance, port),
      onFailure: (error) => this.#parts.onFailure({ id: instance.id, error }),
    })
  }

  #visit(socket: Socket, instance: Instance, at: RoutePort): void {
    // Whoever was let in stays, whatever becomes of the passages.
    if (this.#served.get(instance.id)?.admits(socket.remoteAddress, at.port) === false) {
      this.counters.barredTotal += 1
      return reset(socket)
    }
    const visitor = this.#visitors.admit(socket)
    if (at.protocol !== 'http') return this.#visitUnread(visitor, { socket, instance, at })
    if (visitor === undefined) return turnAwayHttp(socket)
    visitHttp(visitor, this.#hall, () => this.#lead(instance, at.port))
  }

  /** Nothing of what it says is looked at here. */
  #visitUnread(
    visitor: Visitor | undefined,
    {
      socket,
      instance,
      at: { port, protocol },
    }: { readonly socket: Socket; readonly instance: Instance; readonly at: RoutePort },
  ): void {
    const refusal = visitor && instance.visits.refusal(visitor.address)
    if (refusal !== undefined) countRefusal(this.counters, refusal)
    const isResting = this.#served.get(instance.id)?.route?.resting !== undefined
    if (visitor === undefined || refusal !== undefined || isResting) {
      return reset(socket)
    }
    const untilMs = this.#parts.clock.steadyMs() + this.#limits.waitMs
    const lead = protocol === 'ssh' ? this.#leadToSsh : leadToPort(port)
    visitRaw(visitor, { instance, lead, room: this.#room, untilMs })
  }

  /** An instance that is nowhere is waited for first. */
  readonly #leadToSsh: Lead = (socket, instance) => {
    if (instance.backendCount === 0) return false
    const { onSsh } = this.#parts
    if (onSsh === undefined) socket.resetAndDestroy()
    else onSsh(socket, instance.id)
    return true
  }

  #findByName(host: string, remoteAddress: string | undefined): Destination | OwnAnswer {
    const id = this.#hostnames.find(hostnameOf(host))
    const served = id === undefined ? undefined : this.#served.get(id)
    if (served?.route === undefined) {
      const text =
        host === '' ? 'The request has no Host.' : `No instance is named ${hostnameOf(host)}.`
      return { status: 404, text }
    }
    const port = httpPortOf(served.route)
    if (port === undefined) return { status: 404, text: `${served.instance.id} serves no port.` }
    if (!served.admits(remoteAddress, port)) {
      this.counters.barredTotal += 1
      const text = `${served.instance.id} lets nobody in from ${remoteAddress} at port ${port}.`
      return { status: 403, text }
    }
    return this.#lead(served.instance, port)
  }

  #lead(instance: Instance, port: number): Destination | OwnAnswer {
    const served = this.#served.get(instance.id)
    if (served?.instance !== instance) return notServed(instance.id)
    const { resting } = served.route ?? {}
    return resting === undefined ? { instance, port } : { status: 503, text: resting }
  }

  async #sweepForever(): Promise<void> {
    const { clock } = this.#parts
    while (!this.#closing.signal.aborted) {
      await clock.delay(SWEEP_MS, this.#closing.signal)
      const nowMs = clock.steadyMs()
      this.#hall.nowMs = nowMs
      this.#room.sweep(nowMs)
      for (const visit of this.#hall.visits) visit.sweep(nowMs)
      for (const { instance } of this.#served.values()) {
        instance.sweep(nowMs - this.#limits.keptMs)
      }
    }
  }
}
