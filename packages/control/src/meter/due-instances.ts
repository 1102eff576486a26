import type { InstanceKey } from '@nexqloud/kernel'
import {
  chooseKind,
  findTooSmall,
  planLeases,
  type LeasePlan,
  type ListedKind,
  type PlacedInstance,
} from '@nexqloud/rules'

import type { Pod } from '../object/object.ts'
import type { KnownLease, MeterView } from './meter-ledger.ts'
import { readPlaced, type Belonging } from './read-placed.ts'

/** What there is on this API. */
export type PodsThere = {
  /** Returns a pod by its {@link placeOf}, where it is on no device that is lost. */
  readonly podOf: (place: string) => Pod | undefined
  readonly belongingOf: (pod: Pod) => Belonging
  /** Returns from when on a pod is paid for, as time passes. */
  readonly paidSince: (pod: Pod) => number | undefined
}

/** What the chain is to be told, and by which pods. */
export type DuePlan = LeasePlan & {
  readonly podOf: ReadonlyMap<InstanceKey, Pod>
  /** Those that no listed kind holds. */
  readonly tooLarge: readonly { readonly pod: Pod; readonly instance: InstanceKey }[]
}

type Entry = Omit<PlacedInstance, 'kind' | 'readySince'> & {
  readonly pod: Pod
  readonly kind: number | undefined
}

/**
 * The instances whose lease may not be as it should. All others were compared, and nothing has become of them since on the API or on the chain: of ten
 * thousand that run, a look reads those few that came, went or wait.
 */
export class DueInstances {
  readonly #entries = new Map<string, Entry>()
  readonly #placeOf = new Map<InstanceKey, string>()
  /** Pods that are to be read again. */
  readonly #changed = new Set<string>()
  readonly #due = new Set<InstanceKey>()
  #kinds: readonly ListedKind[] = []
  /** How many of the chain's changes were seen. */
  #seen = 0

  /** Something has become of the pods in these places, or of what they belong to. */
  note(places: Iterable<string>): void {
    for (const place of places) this.#changed.add(place)
  }

  /** Whether anything waits to be compared, or was not as it should be when it was. */
  get isWaiting(): boolean {
    return this.#changed.size > 0 || this.#due.size > 0
  }

  /** Returns what is to be done; what is not done is returned again. */
  plan(view: MeterView, there: PodsThere): DuePlan {
    this.#catchUp(view, there)
    const placed: PlacedInstance[] = []
    const leases = new Map<InstanceKey, KnownLease>()
    const podOf = new Map<InstanceKey, Pod>()
    const tooLarge: { readonly pod: Pod; readonly instance: InstanceKey }[] = []
    for (const instance of this.#due) {
      const lease = view.leases.get(instance)
      if (lease !== undefined) leases.set(instance, lease)
      const entry = this.#entries.get(this.#placeOf.get(instance) ?? '')
      if (entry === undefined) {
        if (lease?.end !== undefined || lease === undefined) this.#due.delete(instance)
        continue
      }
      const { pod, kind, ...rest } = entry
      const since = there.paidSince(pod)
      podOf.set(instance, pod)
      if (kind === undefined && since !== undefined) tooLarge.push({ pod, instance })
      placed.push({ ...rest, kind: kind ?? 0, readySince: kind === undefined ? undefined : since })
    }
    const plan = planLeases(placed, leases, view.earliestStart)
    this.#settle(leases, plan)
    return { ...plan, podOf, tooLarge }
  }

  #catchUp(view: MeterView, there: PodsThere): void {
    if (!isSame(this.#kinds, view.kinds)) this.note(this.#entries.keys())
    this.#kinds = view.kinds
    for (const place of this.#changed) {
      this.#read(place, there)
      this.#changed.delete(place)
    }
    for (; this.#seen < view.changes.length; this.#seen += 1) {
      this.#due.add(view.changes[this.#seen]!)
    }
  }

  #read(place: string, { podOf, belongingOf }: PodsThere): void {
    const pod = podOf(place)
    const found = pod && readPlaced(pod, belongingOf(pod))
    const before = this.#entries.get(place)
    if (before !== undefined) {
      this.#entries.delete(place)
      this.#placeOf.delete(before.instance)
      this.#due.add(before.instance)
    }
    if (pod === undefined || found === undefined) return
    const { shape, ...rest } = found
    const kind = chooseKind(shape, this.#kinds)?.id
    const tooSmall = findTooSmall(shape, this.#kinds)
    this.#entries.set(place, { ...rest, pod, kind, tooSmall })
    this.#placeOf.set(found.instance, place)
    this.#due.add(found.instance)
  }

  /** What has an open lease that is not to be closed is as it should be: for a pod of it, as without one it would be. */
  #settle(leases: ReadonlyMap<InstanceKey, KnownLease>, { closings }: LeasePlan): void {
    const closing = new Set(closings.map(({ instance }) => instance))
    for (const [instance, { end }] of leases) {
      if (end === undefined && !closing.has(instance)) this.#due.delete(instance)
    }
  }
}

/** Returns what a pod is found by; one that is made again has the same. */
export function placeOf({ metadata = {} }: Pick<Pod, 'metadata'>): string {
  return `${metadata.namespace ?? ''}/${metadata.name ?? ''}`
}

function isSame(some: readonly ListedKind[], others: readonly ListedKind[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ id, name, microUsdPerHour }, index) => {
      const other = others[index]
      return id === other?.id && name === other.name && microUsdPerHour === other.microUsdPerHour
    })
  )
}
