import { nameOfDevice, type Clock, type DeviceId, type InstanceKey } from '@nexqloud/kernel'
import { createInformer, kinds, type KubeClient } from '@nexqloud/kube'
import {
  chooseKind,
  planLeases,
  type LeaseOpening,
  type LeaseRef,
  type PlacedInstance,
} from '@nexqloud/rules'

import { instances } from '../heal/instance.ts'
import { isConditionTrue, uidOf, type Node, type Pod } from '../object/object.ts'
import { createEventRecorder } from '../object/record-event.ts'
import type { MeterLedger, MeterView } from './meter-ledger.ts'
import { readPlaced, type Belonging } from './read-placed.ts'
import { isPassing, tellRefusal } from './tell-refusal.ts'

/** What a meter works with. */
export type MeterOptions = {
  readonly client: KubeClient
  readonly ledger: MeterLedger
  readonly clock: Clock
  /** Told of each failure after which it goes on. */
  readonly onFailure: (failure: unknown) => void
}

/** Who tells of leases that do not open. */
const METER = 'nexqloud-meter'

const LOOK_MS = 1000
/** For so long a container may run without being ready before it is paid for; then from its begin. */
const PATIENCE_SECONDS = 60
/** After a failure, and for an instance whose lease was refused: what was wrong is hardly over in a second. */
const [FAILED_MS, REFUSED_MS] = [5000, 30_000]

/**
 * Has leases follow what runs until the signal aborts. What it has to know stands on the chain and in the API: it may be killed at any
 * moment, and nothing is opened twice where two run.
 */
export async function runMeter(options: MeterOptions, signal: AbortSignal): Promise<void> {
  const { client, clock, onFailure } = options
  const meter = new Meter(options)
  const follow = { clock, onFailure }
  const pods = createInformer(client, {
    ...follow,
    kind: kinds.pods,
    onChange: ({ type, object }) => (type === 'deleted' ? meter.forget(object) : meter.see(object)),
  })
  const nodes = createInformer(client, { ...follow, kind: kinds.nodes, onChange: () => {} })
  const namespaces = createInformer(client, {
    ...follow,
    kind: kinds.namespaces,
    onChange: () => {},
  })
  const wanted = createInformer(client, { ...follow, kind: instances, onChange: () => {} })
  const informers = [pods, nodes, namespaces, wanted]
  const following = Promise.all(informers.map((informer) => informer.run(signal)))
  // Who does not know all pods yet would close the leases of some.
  await Promise.race([Promise.all(informers.map(({ synced }) => synced)), following])
  const belongingOf = ({ metadata = {} }: Pod): Belonging => {
    const { namespace = '', name = '' } = metadata
    return {
      namespace: namespaces.get({ name: namespace }),
      instance: wanted.get({ namespace, name }),
    }
  }
  const ended = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  )
  while (!signal.aborted) {
    const there = pods
      .list()
      .filter(({ spec }) => !isLost(nodes.get({ name: spec?.nodeName ?? '' })))
    const isHere = (device: DeviceId): boolean =>
      nodes.get({ name: nameOfDevice(device) }) !== undefined
    // What is under way with a chain that is away keeps nobody from ending.
    const isDone = await Promise.race([meter.look({ pods: there, belongingOf, isHere }), ended])
    await clock.delay(isDone === true ? LOOK_MS : FAILED_MS, signal)
  }
  await following
}

/** Also where another container still waits for its image. */
function runsAny({ status }: Pod): boolean {
  const running = (status?.containerStatuses ?? []).some(({ state }) => state?.running)
  return running || status?.phase === 'Running'
}

/** What was on it is made again elsewhere. */
function isLost(node: Node | undefined): boolean {
  const ready = node?.status?.conditions?.find(({ type }) => type === 'Ready')
  return node === undefined || ready?.reason === 'DeviceLost'
}

class Meter {
  readonly #options: MeterOptions
  /** By uid of the pod. */
  readonly #seen = new Map<string, Seen>()
  /** Whose leases the chain does not open, why, and until when by the steady clock they are let alone. */
  #refused: ReadonlyMap<InstanceKey, Refusal> = new Map()
  /** What no listed kind holds, by uid; nothing in the place of a pod whose tenant was told so. */
  readonly #tooLarge = new Map<string, Pod | undefined>()
  /** Leases that were closed and may still be open, as the chain may not let us, and until when they are let alone. */
  #unclosed: ReadonlyMap<InstanceKey, number> = new Map()
  readonly #record: ReturnType<typeof createEventRecorder>

  constructor(options: MeterOptions) {
    this.#options = options
    this.#record = createEventRecorder(options.client, { ...options, actor: METER })
  }

  see(pod: Pod): void {
    const uid = uidOf(pod)
    const before = this.#seen.get(uid)
    if (before?.readyAt !== undefined) return
    const now = Math.floor(this.#options.clock.wallMs() / 1000)
    const runsFrom = before?.runsFrom ?? (runsAny(pod) ? now : undefined)
    const readyAt = isConditionTrue(pod, 'Ready') ? now : undefined
    this.#seen.set(uid, { runsFrom, readyAt })
  }

  forget(pod: Pod): void {
    this.#seen.delete(uidOf(pod))
    this.#tooLarge.delete(uidOf(pod))
  }

  /** Has the chain agree with what is there; returns whether that went well. */
  async look({ pods, belongingOf, isHere }: Surroundings): Promise<boolean> {
    const { ledger, onFailure } = this.#options
    try {
      const view = await ledger.read()
      if (view.masternode === undefined) return true
      const podOf = new Map<InstanceKey, Pod>()
      const placed = pods.flatMap((pod) => {
        const found = this.#place(pod, view, belongingOf(pod))
        if (found !== undefined) podOf.set(found.instance, pod)
        return found ?? []
      })
      const { closings, openings } = planLeases(placed, view.leases, view.earliestStart)
      // The chain is shared with masternodes of other APIs, who know what runs there.
      const own = closings.filter(({ instance }) => {
        const lease = view.leases.get(instance)
        return lease !== undefined && (lease.opener === view.masternode || isHere(lease.device))
      })
      await this.#close(own)
      await this.#open(openings, podOf)
      await this.#tellTooLarge()
      return true
    } catch (failure) {
      onFailure(failure)
      return false
    }
  }

  /** One that no listed kind holds is as one that is not ready: nothing is opened for it, and what is open stays. */
  #place(
    pod: Pod,
    { kinds: listed }: Pick<MeterView, 'kinds'>,
    belonging: Belonging,
  ): PlacedInstance | undefined {
    const found = readPlaced(pod, belonging)
    if (found === undefined) return undefined
    const { shape, ...rest } = found
    const kind = chooseKind(shape, listed)?.id
    const since = this.#readySince(uidOf(pod))
    if (kind === undefined && since !== undefined) this.#noteTooLarge(pod)
    return { ...rest, kind: kind ?? 0, readySince: kind === undefined ? undefined : since }
  }

  /** What runs and is never ready is paid for as well, a while later: else its check would be free computing. */
  #readySince(uid: string): number | undefined {
    const { runsFrom, readyAt } = this.#seen.get(uid) ?? {}
    const now = Math.floor(this.#options.clock.wallMs() / 1000)
    // The clock may have been ahead.
    if (readyAt !== undefined) return Math.min(readyAt, now)
    const isPaid = runsFrom !== undefined && runsFrom + PATIENCE_SECONDS <= now
    return isPaid ? runsFrom : undefined
  }

  #noteTooLarge(pod: Pod): void {
    if (!this.#tooLarge.has(uidOf(pod))) this.#tooLarge.set(uidOf(pod), pod)
  }

  async #tellTooLarge(): Promise<void> {
    for (const [uid, pod] of this.#tooLarge) {
      if (pod === undefined) continue
      this.#tooLarge.set(uid, undefined)
      await tellRefusal(this.#record, pod, 'TooLarge')
    }
  }

  async #close(leases: readonly LeaseRef[]): Promise<void> {
    const { ledger, clock } = this.#options
    const before = this.#unclosed
    const isLeftAlone = ({ instance }: LeaseRef): boolean =>
      (before.get(instance) ?? 0) > clock.steadyMs()
    const due = leases.filter((lease) => !isLeftAlone(lease))
    if (due.length > 0) await ledger.close(due)
    const untilMs = clock.steadyMs() + REFUSED_MS
    this.#unclosed = new Map(
      leases.map((lease) => {
        const kept = isLeftAlone(lease) ? before.get(lease.instance) : undefined
        return [lease.instance, kept ?? untilMs] as const
      }),
    )
  }

  async #open(
    openings: readonly LeaseOpening[],
    podOf: ReadonlyMap<InstanceKey, Pod>,
  ): Promise<void> {
    const { ledger, clock } = this.#options
    const before = this.#refused
    const isLeftAlone = ({ instance }: LeaseOpening): boolean =>
      (before.get(instance)?.untilMs ?? 0) > clock.steadyMs()
    const due = openings.filter((opening) => !isLeftAlone(opening))
    const refused = due.length === 0 ? [] : await ledger.open(due)
    const untilMs = clock.steadyMs() + REFUSED_MS
    this.#refused = new Map([
      ...openings.filter(isLeftAlone).flatMap(({ instance }) => {
        const refusal = before.get(instance)
        return refusal === undefined ? [] : [[instance, refusal] as const]
      }),
      ...refused.map(
        ({ opening: { instance }, reason }) => [instance, { reason, untilMs }] as const,
      ),
    ])
    for (const { opening, reason } of refused) {
      const pod = podOf.get(opening.instance)
      const isNews = before.get(opening.instance)?.reason !== reason
      if (pod !== undefined && isNews && !isPassing(reason))
        await tellRefusal(this.#record, pod, reason)
    }
  }
}

/** What there is on this API. */
type Surroundings = {
  readonly pods: readonly Pod[]
  readonly belongingOf: (pod: Pod) => Belonging
  /** Whether a device is, or was lately, driven from here. */
  readonly isHere: (device: DeviceId) => boolean
}

/** Chain seconds in which a pod was first seen to run, and to be ready. */
type Seen = { readonly runsFrom: number | undefined; readonly readyAt: number | undefined }

type Refusal = { readonly reason: string; readonly untilMs: number }
