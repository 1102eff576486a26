import type {
  AssignedPod,
  DeviceFacts,
  DeviceLink,
  DeviceSession,
  Driver,
  PodReport,
} from '@nexqloud/control'
import {
  agentContract,
  agentRpcLimits,
  createAgentHello,
  encodeStreamTarget,
  masternodeContract,
  type MachineFacts,
  type PodReport as DeviceReport,
  type Usage,
} from '@nexqloud/device'
import type { Clock } from '@nexqloud/kernel'
import type { ObjectMeta } from '@nexqloud/kube'
import { openRpc, type Link, type RpcHandlers, type RpcPeer } from '@nexqloud/tunnel'

import { createDeviceStreams } from '../stream/device-streams.ts'
import { createAssigner } from './assigner.ts'
import { describeMachine } from './device-machine.ts'
import type { DeviceRegistry, RegisteredDevice } from './device-registry.ts'
import { createPodProgress, type PodProgress } from './pod-progress.ts'
import type { CredentialReader } from './registry-credentials.ts'

/** What serving devices takes. */
export type DeviceService = {
  readonly driver: Pick<Driver, 'connect'>
  readonly registry: DeviceRegistry
  readonly readCredentials: CredentialReader
  /** Returns the address of an instance, `namespace/name`: what its pod's status gives as its IP. */
  readonly addressOf: (instance: string) => string | undefined
  readonly clock: Clock
  /** The version of the program. */
  readonly software: string
  /** Rises each time that another masternode begins to drive a device. */
  readonly term: number
  /** Told of each failure after which it goes on, and which device's it was. */
  readonly onFailure: (failure: unknown, device: string) => void
}

type Peer = RpcPeer<typeof agentContract>

/** One link, and what its device has said on it. */
export class DeviceConnection {
  readonly peer: Peer
  readonly #service: DeviceService
  readonly link: Link
  readonly #progress: PodProgress
  #device: RegisteredDevice
  #machine: MachineFacts | undefined
  /** There is one while the device may have pods, and has said what it is. */
  #session: DeviceSession | undefined
  #usage: Usage | undefined
  /** By uid. */
  #assigned: ReadonlyMap<string | undefined, ObjectMeta> = new Map()
  #heardMs = 0

  constructor(service: DeviceService, link: Link, device: RegisteredDevice) {
    this.#service = service
    this.link = link
    this.#device = device
    this.#progress = createPodProgress(service.term)
    this.peer = openRpc(link.mux, encodeStreamTarget({ kind: 'control' }), {
      hello: createAgentHello(service.software),
      ours: masternodeContract,
      theirs: agentContract,
      handlers: this.#handlers(),
      limits: agentRpcLimits,
      clock: service.clock,
      onFault: (fault) => service.onFailure(fault, device.name),
    })
  }

  /** The name of its node. */
  get device(): string {
    return this.#device.name
  }

  /** What the device and its pods used when it told last; nothing while it may have none. */
  get usage(): Usage | undefined {
    return this.#session === undefined ? undefined : this.#usage
  }

  /** Whatever came since the last look is a sign of life: pings are answered each two seconds. */
  beat(): void {
    const { receivedMs } = this.link.mux
    if (receivedMs > this.#heardMs) this.#session?.heartbeat()
    this.#heardMs = receivedMs
  }

  /** Looks whether the network knows the device as it did. */
  async check(): Promise<void> {
    try {
      const found = await this.#service.registry.find(this.link.peerKeyHash)
      if (found === undefined) {
        this.link.mux.close('refusedStream', 'The device has left the network.')
        return
      }
      this.#device = found
      this.#follow()
    } catch (failure) {
      this.#service.onFailure(failure, this.#device.name)
    }
  }

  end(): void {
    this.#session?.close()
    this.#session = undefined
  }

  #handlers(): RpcHandlers<typeof masternodeContract> {
    return {
      requests: {},
      notifications: {
        machine: (machine) => {
          this.#machine = machine
          this.#follow()
        },
        status: (report) => {
          // Of what it was not told it has nothing to say.
          if (this.#isOwn(report)) this.#session?.report(this.#toReport(report))
        },
        inventory: (inventory) => {
          for (const report of this.#progress.inventory(inventory)) this.#session?.report(report)
        },
        usage: (usage) => {
          this.#usage = { ...usage, pods: usage.pods.filter((pod) => this.#isOwn(pod)) }
        },
        event: ({ uid, type, reason, message }) =>
          this.#session?.tell(uid, { type, reason, message }),
      },
    }
  }

  #toReport(told: DeviceReport): PodReport {
    const report = this.#progress.status(told)
    const podIP = this.#service.addressOf(`${told.namespace}/${told.name}`)
    if (podIP === undefined) return report
    return { ...report, status: { ...report.status, podIP, podIPs: [{ ip: podIP }] } }
  }

  /** A device speaks of its own pods alone. */
  #isOwn({ uid, namespace, name }: Pick<DeviceReport, 'uid' | 'namespace' | 'name'>): boolean {
    const own = this.#assigned.get(uid)
    return own?.namespace === namespace && own.name === name
  }

  /** Connects, describes or lets go of the device, by what is known of it now. */
  #follow(): void {
    if (this.#device.idle !== undefined) return this.end()
    if (this.#machine === undefined) return
    const { standing } = this.#device
    const facts: DeviceFacts = {
      standing,
      machine: describeMachine(this.#machine, this.#service.software),
    }
    if (this.#session === undefined) this.#session = this.#connect(facts)
    else this.#session.describe(facts)
  }

  #connect(facts: DeviceFacts): DeviceSession {
    const { driver, clock, term, readCredentials, onFailure } = this.#service
    const { name } = this.#device
    const assign = createAssigner({
      peer: this.peer,
      term,
      readCredentials,
      onAssign: (serial, pods) => {
        this.#progress.assign(serial, pods)
        this.#assigned = new Map(pods.map(({ pod: { metadata = {} } }) => [metadata.uid, metadata]))
      },
      onFenced: (pod) => {
        const why = `The device knows of a higher fencing token than ${pod.fencingToken} for this pod.`
        this.#session?.report(tellFailed(pod, 'FencingTokenStale', why))
      },
      onRefused: (pod, why) => this.#session?.report(tellFailed(pod, 'PodRefused', why)),
      onFailure: (failure) => {
        onFailure(failure, name)
        this.link.mux.close('internalError', 'The device did not take its assignment.')
      },
    })
    const link: DeviceLink = {
      device: name,
      assign,
      ...createDeviceStreams(this.link.mux, clock),
    }
    return driver.connect(link, facts)
  }
}

/** Its instance is made again, later each time and with a higher token. */
function tellFailed(
  { pod, fencingToken }: AssignedPod,
  reason: string,
  message: string,
): PodReport {
  const status = { phase: 'Failed', reason, message }
  return { uid: pod.metadata?.uid ?? '', fencingToken, status, isGone: false }
}
