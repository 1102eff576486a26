import type { TenantWall } from '@nexqloud/engine'
import type { Clock } from '@nexqloud/kernel'
import { acceptRpc, type MuxStream, type RpcPeer, type StreamHandler } from '@nexqloud/tunnel'

import { NotDrivenError } from '../courier/errors.ts'
import type { DiskKeeperParts } from '../disk/disk-keeper.ts'
import type { MeasureServer } from '../measure/measure-server.ts'
import { offerOf } from '../owner/offer.ts'
import type { OwnerStanding } from '../owner/owner-standing.ts'
import {
  agentContract,
  agentRpcLimits,
  createAgentHello,
  masternodeContract,
  type MachineFacts,
  type PlacementStanding,
} from '../protocol/agent-protocol.ts'
import type { DisksReport } from '../protocol/disks.ts'
import type { PodAnswer, PodQuestion } from '../protocol/pod-question.ts'
import type { Usage } from '../protocol/usage.ts'
import type { DrainSwitch } from './drain-switch.ts'
import type { PodKeeper } from './pod-keeper.ts'
import type { PodListener } from './pod-listener.ts'
import { probePods, type ProbeParts } from './probe-pods.ts'

/** Between two attempts to say what the device is. */
const TELL_AGAIN_MS = 1000
/** Within which a pod is answered: AWS's clients wait for a second or some, and ask again. */
const ANSWER_MS = 5000

/** Who does what is assigned. */
export type Keeper = Pick<PodKeeper, 'assign' | 'reportAll' | 'running'>

type Peer = RpcPeer<typeof masternodeContract>

/** What masternodes are told beside the pods. */
export type ControlParts = {
  /** The version of the program. */
  readonly software: string
  readonly clock: Clock
  readonly machineFacts: () => Promise<
    Omit<MachineFacts, 'at' | 'isDraining' | 'owner' | 'offered'>
  >
  readonly drain: Pick<DrainSwitch, 'isDraining'>
  readonly standing: Pick<OwnerStanding, 'now'>
  readonly measure: MeasureServer
  readonly engine: ProbeParts['engine']
  readonly wall: Pick<TenantWall, 'closeLine'>
  /** What the device's disks are made in and remembered by; left out where it cannot have any. */
  readonly disks?: Pick<DiskKeeperParts, 'volumes' | 'book'> | undefined
  /** Who is told how placement sees the device, and by a code what came of a measurement. */
  readonly observer: {
    readonly onStanding: (standing: PlacementStanding) => void
    readonly onMeasured: (cause: string) => void
  }
  /** A fault of ours that it was not told of. */
  readonly onFault: (error: unknown) => void
}

/** The masternodes that drive the device, or think so: usually one. */
export class ControlPeers {
  readonly #parts: ControlParts
  readonly #peers = new Set<Peer>()
  /** Who assigned last. */
  #driver: Peer | undefined

  constructor(parts: ControlParts) {
    this.#parts = parts
  }

  /** Serves a control stream until it is over. */
  accept(stream: MuxStream, keeper: Keeper): StreamHandler & { readonly closed: Promise<unknown> } {
    const { software, clock, onFault, measure, observer, engine } = this.#parts
    let term: number | undefined
    const peer = acceptRpc(stream, {
      hello: createAgentHello(software),
      ours: agentContract,
      theirs: masternodeContract,
      limits: agentRpcLimits,
      clock,
      onFault,
      handlers: {
        requests: {
          assign: async (assignment) => {
            const answer = await keeper.assign(assignment)
            this.#driver = peer
            // Who begins to drive has not taken what was told before.
            if (assignment.term !== term) keeper.reportAll()
            ;({ term } = assignment)
            return answer
          },
          measure,
          probe: (request) => probePods({ engine, running: () => keeper.running() }, request),
        },
        notifications: {
          standing: (standing) => {
            observer.onStanding(standing)
            void this.#closeLine(standing)
          },
          measured: ({ cause }) => observer.onMeasured(cause),
        },
      },
    })
    void this.#welcome(peer, keeper)
    void peer.closed.then(() => this.#forget(peer))
    return { ...peer.handler(), closed: peer.closed }
  }

  /** Whom the keeper tells. */
  listener(): Omit<PodListener, 'onFault'> {
    return {
      onReport: (report) => this.#tell((peer) => peer.notify('status', report)),
      onInventory: (inventory) => this.#tell((peer) => peer.notify('inventory', inventory)),
      onEvent: (event) => this.#tell((peer) => peer.notify('event', event)),
    }
  }

  /** Whether anybody is told. */
  get isDriven(): boolean {
    return this.#peers.size > 0
  }

  /** Tells what the device is. */
  async tellMachine(): Promise<void> {
    if (this.isDriven) await this.#tellMachine([...this.#peers])
  }

  /** Tells all that is to be told at any time. */
  async repeat(keeper: Keeper): Promise<void> {
    await this.tellMachine()
    if (this.isDriven) keeper.reportAll()
  }

  /** Tells what disks there are. */
  tellDisks(report: DisksReport): void {
    this.#tell((peer) => peer.notify('disks', report))
  }

  /** Tells what is used. */
  tellUsage(usage: Usage): void {
    this.#tell((peer) => peer.notify('usage', usage))
  }

  /**
   * Asks whoever drives the device.
   *
   * @throws {@link NotDrivenError} where nobody does; what {@link RpcPeer.request} throws.
   */
  async ask(question: PodQuestion, signal: AbortSignal): Promise<PodAnswer> {
    if (this.#driver === undefined) throw new NotDrivenError()
    return this.#driver.request('answer', question, { timeoutMs: ANSWER_MS, signal })
  }

  /** The next one that drives says it anew. */
  async #closeLine({ line }: PlacementStanding): Promise<void> {
    try {
      if (line !== undefined) await this.#parts.wall.closeLine(line)
    } catch (failure) {
      this.#parts.onFault(failure)
    }
  }

  #forget(peer: Peer): void {
    if (this.#driver === peer) this.#driver = undefined
  }

  async #welcome(peer: Peer, keeper: Keeper): Promise<void> {
    try {
      await peer.ready
    } catch (error) {
      this.#parts.onFault(error)
      return
    }
    const over = new AbortController()
    void peer.closed.then(() => over.abort())
    // A masternode counts no sign of life before it knows what the device is, and the engine may be busy just now.
    while (!over.signal.aborted && !(await this.#tellMachine([peer]))) {
      await this.#parts.clock.delay(TELL_AGAIN_MS, over.signal)
    }
    this.#peers.add(peer)
    keeper.reportAll()
    await peer.closed
    this.#peers.delete(peer)
  }

  /** Returns whether it could be told. */
  async #tellMachine(peers: readonly Peer[]): Promise<boolean> {
    try {
      const promised = (await this.#parts.disks?.volumes.promisedBytes()) ?? 0
      const facts = describeStanding(await this.#parts.machineFacts(), this.#parts, promised)
      for (const peer of peers) peer.notify('machine', facts)
      return true
    } catch (error) {
      this.#parts.onFault(error)
      return false
    }
  }

  #tell(notify: (peer: Peer) => void): void {
    for (const peer of this.#peers) notify(peer)
  }
}

/** Returns what the machine is, and what its owner leaves of it. */
function describeStanding(
  machine: Awaited<ReturnType<ControlParts['machineFacts']>>,
  { drain, standing, clock, disks }: Pick<ControlParts, 'drain' | 'standing' | 'clock' | 'disks'>,
  /** Free still, and somebody's disk when that is written to. */
  promisedBytes: number,
): MachineFacts {
  const { allowance, limits } = standing.now()
  const { state, reasons } = allowance
  const offered = offerOf(limits, machine)
  return {
    ...machine,
    freeDiskBytes: Math.max(0, machine.freeDiskBytes - (limits.freeDiskBytes ?? 0) - promisedBytes),
    ...(disks !== undefined && { takesDisks: true }),
    at: new Date(clock.wallMs()).toISOString(),
    isDraining: drain.isDraining() || allowance.isDraining,
    ...(reasons.length > 0 && { owner: { state, reasons: [...reasons] } }),
    ...(offered !== undefined && { offered }),
  }
}
