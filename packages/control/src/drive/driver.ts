import type { Clock } from '@nexqloud/kernel'
import { createInformer, kinds, type KubeClient, type KubeletStreams } from '@nexqloud/kube'

import { createBoundPods } from '../object/bound-pods.ts'
import { toIso } from '../object/object.ts'
import { createEventRecorder } from '../object/record-event.ts'
import { createWorkQueue } from '../object/work-queue.ts'
import type { DeviceFacts, DeviceLink, DeviceSession } from './device-link.ts'
import { driveNode } from './drive-node.ts'
import { assignPods, writeReports, type DrivenDevice } from './drive-pods.ts'
import { deviceAway } from './errors.ts'
import { createLivenessBook, type LivenessBook } from './liveness.ts'
import { DRIVEN, type KubeletEndpoint } from './node-object.ts'
import { createTeller, openSession } from './session.ts'

/** How often silence is looked for: milliseconds. */
const LOOK_MS = 1000

/** What the driver works with. */
export type DriverOptions = {
  readonly client: KubeClient
  readonly clock: Clock
  /** Told of each failure after which it goes on, and of each report that is refused. */
  readonly onFailure: (failure: unknown) => void
  /** Where a real kube-apiserver reaches {@link Driver.streams}. */
  readonly kubelet?: KubeletEndpoint
}

/** Plays the kubelet for the devices that are connected. */
export type Driver = {
  /** A device has dialled. A second link of a device takes the place of the first. */
  readonly connect: (link: DeviceLink, facts: DeviceFacts) => DeviceSession
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
  const { client, clock, kubelet } = options
  const devices = new Map<string, DrivenDevice>()
  const book = createLivenessBook()
  const bound = createBoundPods()
  const record = createEventRecorder(client, { ...options, actor: 'nexqloud-driver' })
  const bench = { ...options, record }
  const queue = createWorkQueue({ ...options, reconcile })
  const pods = createInformer(client, {
    ...options,
    kind: kinds.pods,
    onChange: (change) => bound.follow(change).forEach(queue.add),
  })
  const nodes = createInformer(client, {
    kind: kinds.nodes,
    selection: { labelSelector: DRIVEN },
    ...options,
    onChange: ({ type, object }) => {
      const name = object.metadata?.name ?? ''
      if (type === 'added') book.expect(name, clock.steadyMs())
      if (type === 'deleted' && devices.get(name)?.link === undefined) book.forget(name)
      queue.add(name)
    },
  })

  async function reconcile(name: string): Promise<undefined> {
    const device = devices.get(name)
    const state = book.of(name)?.state
    if (state === undefined || state === 'awaited') return undefined
    const [node, nowIso] = [nodes.get({ name }), toIso(clock.wallMs())]
    await driveNode(bench, name, { node, facts: device?.facts, state, nowIso, kubelet })
    if (device === undefined) return undefined
    await assignPods(bench, device, bound.of(name))
    await writeReports(bench, { name, device }, bound.of(name))
    return undefined
  }

  return {
    connect: (link, facts) => {
      const { device: name } = link
      const device = devices.get(name) ?? createDevice()
      devices.set(name, device)
      Object.assign(device, { link, facts, assigned: undefined, tokens: new Map() })
      device.reports.clear()
      return openSession(device, link, {
        changed: () => queue.add(name),
        heard: () => book.hear(name, clock.steadyMs()),
        happened: createTeller(bench, (uid) => bound.of(name).get(uid)),
      })
    },
    streams: createStreams((name) => devices.get(name)?.link),
    run: async (signal) => {
      const following = Promise.all([pods.run(signal), nodes.run(signal)])
      // Who does not know all pods of a device would tell it to stop some.
      await Promise.race([Promise.all([pods.synced, nodes.synced]), following])
      const looking = lookForSilence({ book, clock, signal }, queue.add)
      await Promise.all([queue.run(signal), looking, following])
    },
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
  while (!signal.aborted) {
    book.age(clock.steadyMs()).forEach(onChange)
    await clock.delay(LOOK_MS, signal)
  }
}

function createDevice(): DrivenDevice {
  const [reports, tokens] = [new Map(), new Map()]
  return { link: undefined, facts: undefined, reports, assigned: undefined, tokens }
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
