import type { Driver, Election, Pod } from '@nexqloud/control'
import {
  agentContract,
  agentRpcLimits,
  createAgentHello,
  encodeStreamTarget,
  masternodeContract,
  type MachineFacts,
  type PodAnswer,
  type PodQuestion,
  type Usage,
} from '@nexqloud/device'
import type { Allowance, InstanceKey } from '@nexqloud/kernel'
import { openRpc, type Link, type RpcHandlers, type RpcPeer } from '@nexqloud/tunnel'

import type { Witness } from '../record/witness-keeper.ts'
import { clockOff } from './device-clock.ts'
import { describeMachine } from './device-machine.ts'
import type { DeviceRegistry, RegisteredDevice } from './device-registry.ts'
import { Driving, type DrivingParts } from './driving.ts'
import { createNewsGate, type NewsGate } from './news-gate.ts'
import { answerQuestion, type AnswerPod } from './pod-door.ts'
import type { RandomInt } from './prober.ts'
import type { Showing } from './showing.ts'

/** What serving devices takes. */
export type DeviceService = DrivingParts & {
  /** Sees what devices show of themselves while they may have pods. */
  readonly witness?: Witness
  /** Returns what a pod that runs is paid for as; nothing where nobody pays. */
  readonly instanceOf?: (pod: Pod) => InstanceKey | undefined
  /** Draws when pods are probed, and at which port; as `node:crypto` does where it is left out. */
  readonly randomInt?: RandomInt
  /** Answers what pods ask; nobody is answered where it is left out. */
  readonly answerPod?: AnswerPod
  readonly driver: Pick<Driver, 'connect' | 'podOf'>
  readonly registry: DeviceRegistry
  /** The version of the program. */
  readonly software: string
  /** Whether this masternode's own time is known to be right, by which devices' clocks are judged; it is where this is left out. */
  readonly isTimeProven?: () => boolean
  /** Who of several masternodes drives a device, by its name. */
  readonly election: Pick<Election, 'termOf' | 'stand' | 'withdraw' | 'raise'>
}

/** What serving a link takes. */
export type ConnectionService = DeviceService & {
  /** What a device may have written of what it tells: the same whenever it dials anew. */
  readonly allowanceOf: (device: string) => Allowance
  /** What the pods of a device may ask. */
  readonly questionsOf: (device: string) => Allowance
  /** Whether a pod, by its uid, may ask once more. */
  readonly mayPodAsk: (uid: string) => boolean
  /** What a device has shown of itself, also over links before; nothing where nobody witnesses. */
  readonly showingOf: (device: string) => Showing | undefined
}

type Peer = RpcPeer<typeof agentContract>

/** Longer than any prober waits: who asked is not to be kept for ever. */
const PROBE_MS = 60_000

/** One link, and what its device has said on it. */
export class DeviceConnection {
  readonly peer: Peer
  readonly #service: ConnectionService
  readonly link: Link
  readonly #news: NewsGate
  readonly #showing: Showing | undefined
  #device: RegisteredDevice
  #machine: MachineFacts | undefined
  #clockOff: string | undefined
  /** There is one while the device may have pods, has said what it is, and is this masternode's to drive. */
  #driving: Driving | undefined
  #usage: Usage | undefined
  #isDiskFull = false
  #heardMs = 0
  #isChecking = false

  constructor(service: ConnectionService, link: Link, device: RegisteredDevice) {
    this.#service = service
    this.link = link
    this.#device = device
    this.#news = createNewsGate({
      mayPass: service.allowanceOf(device.name),
      clock: service.clock,
      onFailure: (failure) => service.onFailure(failure, device.name),
    })
    this.#showing = service.showingOf(device.name)
    this.peer = openRpc(link.mux, encodeStreamTarget({ kind: 'control' }), {
      hello: createAgentHello(service.software),
      ours: masternodeContract,
      theirs: agentContract,
      handlers: this.#handlers(),
      limits: agentRpcLimits,
      clock: service.clock,
      onFault: (fault) => service.onFailure(fault, device.name),
    })
    this.#showing?.prober.attach((request) =>
      this.peer.request('probe', request, { timeoutMs: PROBE_MS }),
    )
  }

  /** The name of its node. */
  get device(): string {
    return this.#device.name
  }

  /** What the device and its pods used when it told last; nothing while it may have none. */
  get usage(): Usage | undefined {
    return this.#driving === undefined ? undefined : this.#usage
  }

  /** Whatever came since the last look is a sign of life: pings are answered each two seconds. */
  beat(): void {
    const { receivedMs } = this.link.mux
    if (receivedMs > this.#heardMs) {
      this.#driving?.session.heartbeat()
      if (this.#mayHavePods) {
        this.#showing?.beat(receivedMs)
        this.#showing?.prober.look()
      }
    }
    this.#heardMs = receivedMs
  }

  /** What it says that it has; nothing until it said so. */
  get claimed(): Pick<MachineFacts, 'cpus' | 'memoryBytes'> | undefined {
    return this.#machine
  }

  /** Whether it says that its owner has paused it: then it has no pods, and is not measured. */
  get isPaused(): boolean {
    return this.#machine?.owner?.state === 'pauses'
  }

  get #mayHavePods(): boolean {
    return this.#device.idle === undefined && this.#machine !== undefined
  }

  /** The link is over. */
  close(): void {
    this.#news.close()
    this.end()
  }

  /** Looks whether the network knows the device as it did, unless it is looking. */
  async check(): Promise<void> {
    if (this.#isChecking) return
    this.#isChecking = true
    try {
      const found = await this.#service.registry.find(this.link.peerKeyHash)
      if (found === undefined) {
        this.link.mux.close('refusedStream', 'The device has left the network.')
        return
      }
      this.#device = found
      this.follow()
    } catch (failure) {
      this.#service.onFailure(failure, this.#device.name)
    } finally {
      this.#isChecking = false
    }
  }

  /** An instance has an address now, which the status of its pod tells. */
  tellAddress(instance: string): void {
    this.#driving?.repeat(instance)
  }

  /** It is not driven any more; the link may stay. */
  end(): void {
    this.#driving?.end()
    this.#driving = undefined
  }

  /** Connects, describes or lets go of the device, by what is known of it now. */
  follow(): void {
    const { election, software } = this.#service
    if (this.#device.idle !== undefined) {
      election.withdraw(this.device)
      return this.end()
    }
    if (this.#machine === undefined) return
    election.stand(this.device)
    const term = election.termOf(this.device)
    if (term !== this.#driving?.term) this.end()
    if (term === undefined) return
    const { standing } = this.#device
    const machine = describeMachine(this.#machine, software)
    const facts = {
      standing,
      machine: {
        ...machine,
        ...(this.#isDiskFull && { isDiskFull: true }),
        ...(this.#clockOff !== undefined && { clockOff: this.#clockOff }),
      },
    }
    if (this.#driving === undefined) {
      const driven = {
        device: this.device,
        link: this.link,
        peer: this.peer,
        news: this.#news,
        term,
        onDisk: (isFull: boolean) => this.#diskIs(isFull),
      }
      this.#driving = new Driving(this.#service, driven, facts)
    } else {
      this.#driving.session.describe(facts)
    }
  }

  #judgeClock({ at }: MachineFacts): string | undefined {
    const { clock, isTimeProven = () => true } = this.#service
    return isTimeProven() ? clockOff(at, clock.wallMs()) : undefined
  }

  /** What cannot take new pods is not to be given any. */
  #diskIs(isFull: boolean): void {
    if (isFull === this.#isDiskFull) return
    this.#isDiskFull = isFull
    this.follow()
  }

  #answer(question: PodQuestion, signal: AbortSignal): Promise<PodAnswer> {
    const { answerPod, questionsOf, mayPodAsk } = this.#service
    const driving = this.#driving
    const podOf = driving && ((uid: string) => driving.podOf(uid))
    const parts = { answerPod, podOf, mayAsk: questionsOf(this.device), mayPodAsk }
    return answerQuestion(parts, question, signal)
  }

  #handlers(): RpcHandlers<typeof masternodeContract> {
    return {
      requests: {
        answer: (question, signal) => this.#answer(question, signal),
      },
      notifications: {
        machine: (machine) => {
          this.#machine = machine
          this.#clockOff = this.#judgeClock(machine)
          this.#news.tell('machine', () => this.follow())
        },
        status: (report) => {
          this.#driving?.status(report)
          if (this.#mayHavePods) this.#showing?.status(report)
        },
        inventory: (inventory) => {
          // It was driven in this term: whoever drives it now has to have a higher one.
          this.#news.tell('term', () => this.#service.election.raise(this.device, inventory.term))
          this.#driving?.inventory(inventory)
          this.#showing?.inventory(inventory)
        },
        disks: (report) => this.#driving?.disks(report),
        usage: (usage) => {
          const pods = usage.pods.filter((pod) => this.#driving?.owns(pod) ?? false)
          this.#usage = { ...usage, pods }
        },
        event: ({ uid, type, reason, message }) =>
          this.#driving?.session.tell(uid, { type, reason, message }),
      },
    }
  }
}
