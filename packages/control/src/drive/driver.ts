import type { Clock } from '@nexqloud/kernel'
import {
  createInformer,
  kinds,
  type Change,
  type Informer,
  type KubeClient,
  type KubeletStreams,
} from '@nexqloud/kube'

import { deviceDisksOf } from '../disk/device-disks.ts'
import { DiskBoard } from '../disk/disk-board.ts'
import { createBoundPods } from '../object/bound-pods.ts'
import { toIso, type Node, type Pod } from '../object/object.ts'
import { createEventRecorder } from '../object/record-event.ts'
import { createWorkQueue, type WorkQueue } from '../object/work-queue.ts'
import type { DeviceFacts, DeviceLink, DeviceSession } from './device-link.ts'
import { driveNode, type DriveBench } from './drive-node.ts'
import { assignPods, writeReports, type DrivenDevice } from './drive-pods.ts'
import { deviceAway } from './errors.ts'
import { createFlapGate } from './flap-gate.ts'
import { createLivenessBook, type LivenessBook } from './liveness.ts'
import { DRIVEN, type KubeletEndpoint } from './node-object.ts'
import { createTeller, openSession } from './session.ts'
import { tellStanding } from './tell-standing.ts'

/** How often silence is looked for: milliseconds. */
const LOOK_MS = 1000

/** What the driver works with. */
export type DriverOptions = {
  readonly client: KubeClient
  readonly clock: Clock
  /** Told of each failure after which it goes on, and of each report that is refused. */
  readonly onFailure: (failure: unknown) => void
  /** This masternode's name, as nodes tell it. */
  readonly identity: string
  /** Whether this masternode drives a device; it drives all where it is left out. */
  readonly drives?: (device: string) => boolean
  /** Where a real kube-apiserver reaches {@link Driver.streams}. */
  readonly kubelet?: KubeletEndpoint
}

/** Plays the kubelet for the devices that are connected. */
export type Driver = {
  /**
   * A device that it drives has dialled. A second link of a device takes the place of the first. Its silence counts from when it was heard last, by
   * the steady clock; from now on where that is left out.
   */
  readonly connect: (link: DeviceLink, facts: DeviceFacts, heardMs?: number) => DeviceSession
  /** {@link DriverOptions.drives} says something else of a device than before. */
  readonly reconsider: (device: string) => void
  /** Returns a pod that is bound to a device, whoever drives that. */
  readonly podOf: (device: string, uid: string) => Pod | undefined
  /** Reaches the containers of the devices that are connected. */
  readonly streams: KubeletStreams
  /** Drives until the signal aborts. Call it once. */
  readonly run: (signal: AbortSignal) => Promise<void>
}

/**
 * Returns the driver: each device has a Node object that changes only when something has changed, is told the pods that are bound to
 * it, and its reports become their statuses.
 */
export function createDriver(options: DriverOptions): Driver {
  return new DeviceDriver(options)
}

class DeviceDriver implements Driver {
  readonly streams: KubeletStreams
  readonly #options: DriverOptions
  readonly #bench: DriveBench
  readonly #devices = new Map<string, DrivenDevice>()
  readonly #book = createLivenessBook()
  readonly #bound = createBoundPods()
  readonly #queue: WorkQueue
  readonly #pods: Informer<Pod>
  readonly #nodes: Informer<Node>
  readonly #disks: DiskBoard

  constructor(options: DriverOptions) {
    const { client } = options
    this.#options = options
    const record = createEventRecorder(client, { ...options, actor: 'nexqloud-driver' })
    this.#bench = { ...options, record, flaps: createFlapGate() }
    this.#queue = createWorkQueue({ ...options, reconcile: (name) => this.#reconcile(name) })
    this.#pods = createInformer(client, {
      ...options,
      kind: kinds.pods,
      onChange: (change) => this.#bound.follow(change).forEach(this.#queue.add),
    })
    this.#nodes = createInformer(client, {
      ...options,
      kind: kinds.nodes,
      selection: { labelSelector: DRIVEN },
      onChange: (change) => this.#followNode(change),
    })
    this.#disks = new DiskBoard({
      ...options,
      onChange: (device) => this.#queue.add(device),
      deviceOf: (name) => this.#pods.get(name)?.spec?.nodeName,
    })
    this.streams = createStreams((name) => this.#devices.get(name)?.link)
  }

  connect(
    link: DeviceLink,
    facts: DeviceFacts,
    heardMs = this.#options.clock.steadyMs(),
  ): DeviceSession {
    const { device: name } = link
    const device = this.#devices.get(name) ?? createDevice()
    this.#devices.set(name, device)
    Object.assign(device, { ...createDevice(), link, facts, reports: device.reports })
    device.reports.clear()
    this.#book.hear(name, heardMs)
    return openSession(device, link, {
      changed: () => this.#queue.add(name),
      heard: () => this.#book.hear(name, this.#options.clock.steadyMs()),
      happened: createTeller(this.#bench, (uid) => this.#bound.of(name).get(uid)),
    })
  }

  podOf(device: string, uid: string): Pod | undefined {
    return this.#bound.of(device).get(uid)
  }

  reconsider(name: string): void {
    if (!this.#drives(name)) this.#letGo(name)
    else if (this.#nodes.get({ name }) !== undefined) this.#expect(name)
    this.#queue.add(name)
  }

  async run(signal: AbortSignal): Promise<void> {
    const informers = [this.#pods, this.#nodes, this.#disks]
    const following = Promise.all(informers.map((informer) => informer.run(signal)))
    // Who does not know all pods of a device would tell it to stop some.
    await Promise.race([Promise.all(informers.map(({ synced }) => synced)), following])
    const { clock } = this.#options
    const looking = lookForSilence({ book: this.#book, clock, signal }, this.#queue.add)
    await Promise.all([this.#queue.run(signal), looking, following])
  }

  #followNode({ type, object }: Change<Node>): void {
    const name = object.metadata?.name ?? ''
    if (type === 'added' && this.#drives(name)) this.#expect(name)
    if (type === 'deleted' && this.#devices.get(name)?.link === undefined) this.#book.forget(name)
    this.#queue.add(name)
  }

  async #reconcile(name: string): Promise<undefined> {
    const device = this.#devices.get(name)
    const state = this.#drives(name) ? this.#book.of(name)?.state : undefined
    if (state === undefined || state === 'awaited') return undefined
    const { clock, kubelet, identity: driver } = this.#options
    const [node, nowIso] = [this.#nodes.get({ name }), toIso(clock.wallMs())]
    const known = { facts: device?.facts, state, nowIso, driver, kubelet }
    await driveNode(this.#bench, name, { ...known, node })
    if (device === undefined) return undefined
    tellStanding(device, this.#nodes.get({ name }))
    const pods = this.#bound.of(name)
    if (device.facts?.machine.takesDisks === true) await this.#disks.claim(name, pods)
    const disks = deviceDisksOf({ ...this.#disks.of(name), pods })
    await assignPods(this.#bench, device, { pods, disks })
    await writeReports(this.#bench, { name, device }, pods)
    await this.#writeDisks(name, device, pods)
    return undefined
  }

  async #writeDisks(
    name: string,
    { disks: report, toldDisks }: DrivenDevice,
    pods: ReadonlyMap<string, Pod>,
  ): Promise<void> {
    if (report === undefined) return
    await this.#disks.write(name, { report, erased: new Set(toldDisks?.erased) }, pods)
  }

  #drives(name: string): boolean {
    return this.#options.drives?.(name) ?? true
  }

  #expect(name: string): void {
    this.#book.expect(name, this.#options.clock.steadyMs())
  }

  #letGo(name: string): void {
    const device = this.#devices.get(name)
    if (device !== undefined) device.link = undefined
    this.#devices.delete(name)
    this.#book.forget(name)
  }
}

async function lookForSilence(
  {
    book,
    clock,
    signal,
  }: { readonly book: LivenessBook; readonly clock: Clock; readonly signal: AbortSignal },
  onChange: (device: string) => void,
): Promise<void> {
  let dueMs = clock.steadyMs()
  while (!signal.aborted) {
    const nowMs = clock.steadyMs()
    const lateMs = nowMs - dueMs
    if (lateMs > LOOK_MS) book.forgive(lateMs, nowMs)
    book.age(nowMs).forEach(onChange)
    dueMs = nowMs + LOOK_MS
    await clock.delay(LOOK_MS, signal)
  }
}

function createDevice(): DrivenDevice {
  const [reports, tokens] = [new Map(), new Map()]
  const disks = { disks: undefined, toldDisks: undefined }
  const nothing = { link: undefined, facts: undefined, assigned: undefined, ...disks }
  return { ...nothing, toldStanding: undefined, reports, tokens, formerTokens: tokens }
}

function createStreams(linkOf: (node: string) => DeviceLink | undefined): KubeletStreams {
  const find = (node: string): DeviceLink => {
    const link = linkOf(node)
    if (link === undefined) throw deviceAway(node)
    return link
  }
  return {
    async *log(target, options, signal) {
      yield* find(target.node).log(target, options, signal)
    },
    run: async (target, process) => find(target.node).run(target, process),
    connect: async (target, port, signal) => find(target.node).connect(target, port, signal),
  }
}
