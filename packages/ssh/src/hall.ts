import type { Socket } from 'node:net'

import { clientAddressOf, FairPlaces, type Clock } from '@nexqloud/kernel'

import type { HostKeyOf } from './host-key.ts'
import { sshLimitsByDefault, type SshLimits } from './limits.ts'
import { HandshakePace } from './login/handshake-pace.ts'
import { LoginRoom, type Arrival } from './login/login-room.ts'
import type { FindEntry, LoginAttempt } from './login/login.ts'
import { createHeldBytes, type HeldBytes } from './sftp/held-bytes.ts'
import type { ContainerShell } from './shell/container-shell.ts'
import { Visit } from './visit/visit.ts'

/** What the hall stands on. */
export type SshHallParts = {
  readonly clock: Clock
  readonly hostKeyOf: HostKeyOf
  /** Asked for each try. Where it rejects, the connection ends. */
  readonly findEntry: FindEntry
  readonly shell: ContainerShell
  /** Returns the names, in small letters, and addresses that an instance has, besides `localhost`: ports of these are forwarded. */
  readonly namesOf: (instance: string) => readonly string[]
  /** Told of each key that was refused, and of each that entered. */
  readonly onAttempt: (attempt: LoginAttempt) => void
  readonly limits?: Partial<SshLimits>
}

/** Where those are who speak SSH to instances. */
export type SshHall = {
  /** Speaks SSH for an instance on a connection, which has not been read from. */
  readonly visit: (socket: Socket, instance: string) => void
  /** Has everybody leave. */
  readonly close: () => void
  /** How many are logging in, how many are in, and what their sessions for files hold. */
  readonly counts: () => {
    readonly arriving: number
    readonly inside: number
    readonly heldBytes: number
  }
}

/** How often is looked for what has taken too long. */
const SWEEP_MS = 500

/** Opens the hall. */
export function openSshHall(parts: SshHallParts): SshHall {
  return new OpenHall(parts)
}

class OpenHall implements SshHall {
  readonly #parts: SshHallParts
  readonly #limits: SshLimits
  readonly #visits = new Set<Visit>()
  readonly #pace: HandshakePace
  readonly #arriving: LoginRoom
  readonly #inside: FairPlaces
  readonly #heldBytes: FairPlaces
  readonly #insideOf = new Map<string, FairPlaces>()
  readonly #closing = new AbortController()

  constructor(parts: SshHallParts) {
    this.#parts = parts
    this.#limits = { ...sshLimitsByDefault, ...parts.limits }
    this.#pace = new HandshakePace(this.#limits, () => parts.clock.steadyMs())
    this.#arriving = new LoginRoom(this.#limits)
    this.#inside = new FairPlaces(this.#limits.connections)
    this.#heldBytes = new FairPlaces(this.#limits.heldBytes)
    void this.#sweepForever()
  }

  readonly visit = (socket: Socket, instance: string): void => {
    socket.on('error', () => {})
    if (this.#closing.signal.aborted || socket.destroyed) return void socket.destroy()
    const address = clientAddressOf(socket.remoteAddress)
    if (!this.#pace.take(address)) return void socket.destroy()
    const arrival: Arrival = { instance, address, onCrowdedOut: () => visit.destroy() }
    const visit = new Visit(socket, {
      ...this.#parts,
      instance,
      limits: this.#limits,
      nowMs: () => this.#parts.clock.steadyMs(),
      openHeldBytes: () => this.#openHeldBytes(address),
      onEntered: () => {
        this.#arriving.leave(arrival)
        return this.#enter(visit, arrival)
      },
    })
    this.#visits.add(visit)
    this.#arriving.enter(arrival)
    visit.signal.addEventListener('abort', () => {
      this.#visits.delete(visit)
      this.#arriving.leave(arrival)
    })
  }

  readonly close = (): void => {
    this.#closing.abort()
    for (const visit of this.#visits) visit.leave()
  }

  readonly counts = () => ({
    arriving: this.#arriving.size,
    inside: this.#inside.taken,
    heldBytes: this.#heldBytes.taken,
  })

  #openHeldBytes(address: string): HeldBytes {
    const { heldBytesPerSession: most } = this.#limits
    return createHeldBytes({ most, all: this.#heldBytes, address })
  }

  #enter(visit: Visit, { instance, address }: Arrival): boolean {
    const own = this.#insideOf.get(instance) ?? new FairPlaces(this.#limits.connectionsPerInstance)
    const all = [own, this.#inside]
    if (all.some((places) => places.refusal(address) !== undefined)) return false
    this.#insideOf.set(instance, own)
    for (const places of all) places.take(address)
    visit.signal.addEventListener('abort', () => {
      for (const places of all) places.leave(address)
      if (own.taken === 0) this.#insideOf.delete(instance)
    })
    return true
  }

  async #sweepForever(): Promise<void> {
    // Those who were told to leave are looked after, too.
    while (!this.#closing.signal.aborted || this.#visits.size > 0) {
      await this.#parts.clock.delay(SWEEP_MS, new AbortController().signal)
      for (const visit of this.#visits) visit.sweep()
    }
  }
}
