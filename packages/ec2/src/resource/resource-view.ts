import type { Clock } from '@nexqloud/kernel'
import { createInformer, type Informer, type KubeClient } from '@nexqloud/kube'

import { followedKinds } from './followed-kinds.ts'
import { ec2Kinds, type Ec2Kind, type Ec2Object, type Tagged } from './kinds.ts'
import { REGION_LABEL, resourceOf, type Resource } from './resource.ts'
import type { Write, WrittenObject } from './write.ts'

/** Whose resources, and where. */
export type Place = { readonly namespace: string; readonly region: string }

/**
 * What all accounts have, in memory: it follows the Kubernetes API, and what is written here is seen at once. Looking costs no call.
 */
export class ResourceView {
  readonly #shelves = new Map<string, Shelf>()
  readonly #places = new Map<string, Place>()
  readonly #informers: readonly Informer<Ec2Object<Tagged>>[]
  /** Uids of what was deleted here, until the API says so. */
  readonly #gone = new Set<string>()
  #changes = 0

  constructor(parts: {
    readonly client: KubeClient
    readonly clock: Clock
    readonly onFailure: (failure: unknown) => void
  }) {
    const { client, clock, onFailure } = parts
    this.#informers = followedKinds.map((kind) => {
      return createInformer<Ec2Object<Tagged>>(client, {
        kind,
        clock,
        onFailure,
        onChange: ({ type, object }) =>
          type === 'deleted' ? this.#forget(kind, object) : this.put(kind, object),
      })
    })
  }

  /** How often anything has changed: who has looked at all needs not look again before it is another number. */
  get changes(): number {
    return this.#changes
  }

  /** Resolves once all that there is has been seen. */
  async sync(): Promise<void> {
    await Promise.all(this.#informers.map((informer) => informer.synced))
  }

  /** Follows until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#informers.map((informer) => informer.run(signal)))
  }

  get<Spec extends Tagged>(
    kind: Ec2Kind<Spec>,
    place: Place,
    id: string,
  ): Resource<Spec> | undefined {
    return this.#shelfOf<Spec>(kind, place).get(id)
  }

  /** Returns all of a kind, the older first. */
  list<Spec extends Tagged>(kind: Ec2Kind<Spec>, place: Place): readonly Resource<Spec>[] {
    return this.#shelfOf<Spec>(kind, place).list()
  }

  /** Returns where there is anything of a kind. */
  placesOf({ plural }: Pick<Ec2Kind, 'plural'>): readonly Place[] {
    return [...this.#places.values()].filter((place) => this.#shelfOf({ plural }, place).size > 0)
  }

  /** Returns the public addresses that are somebody's, of all accounts in all regions. */
  publicAddresses(): ReadonlySet<string> {
    const owners = [...this.#shelves].flatMap(([key, shelf]) =>
      mayBePublic.has(key.slice(key.lastIndexOf('/') + 1)) ? shelf.list() : [],
    ) as readonly Resource<{ readonly PublicIp?: string | undefined }>[]
    return new Set(owners.flatMap(({ spec }) => spec.PublicIp ?? []))
  }

  /** Returns all of a kind that are in a region, whosever they are. */
  listEverybodys<Spec extends Tagged>(
    { plural }: Ec2Kind<Spec>,
    region: string,
  ): readonly Resource<Spec>[] {
    const end = `/${region}/${plural}`
    return [...this.#shelves].flatMap(([key, shelf]) =>
      key.endsWith(end) ? (shelf.list() as readonly Resource<Spec>[]) : [],
    )
  }

  /** Takes an object as it was written; one that is older than what is known changes nothing. */
  put<Spec extends Tagged>(kind: Ec2Kind<Spec>, object: Ec2Object<Spec>): void {
    const { uid = '' } = object.metadata ?? {}
    if (this.#gone.has(uid)) return
    this.#changes += 1
    this.#shelfOf<Spec>(kind, placeOf(object)).put(resourceOf(object))
  }

  /** Takes what was written here, before the API tells of it. */
  takeWritten(write: Write, object: WrittenObject | undefined): void {
    const kind = byPlural.get(write.kind.plural)
    if (kind === undefined || write.kind.group !== kind.group) return
    if (write.type !== 'delete') {
      if (object !== undefined) this.put(kind, object as Ec2Object<Tagged>)
      return
    }
    const { namespace = '', name = '', uid = '', labels = {} } = write.metadata
    this.#gone.add(uid)
    this.#changes += 1
    this.#shelfOf(kind, { namespace, region: labels[REGION_LABEL] ?? '' }).remove(name, uid)
  }

  #forget(kind: Ec2Kind, object: Ec2Object<Tagged>): void {
    const { name = '', uid = '' } = object.metadata ?? {}
    this.#gone.delete(uid)
    this.#changes += 1
    this.#shelfOf(kind, placeOf(object)).remove(name, uid)
  }

  #shelfOf<Spec>(
    { plural }: { readonly plural: string },
    { namespace, region }: Place,
  ): Shelf<Spec> {
    const key = `${namespace}/${region}/${plural}`
    const known = this.#shelves.get(key) as Shelf<Spec> | undefined
    if (known !== undefined) return known
    const shelf = new Shelf<Spec>()
    this.#shelves.set(key, shelf)
    this.#places.set(`${namespace}/${region}`, { namespace, region })
    return shelf
  }
}

const mayBePublic: ReadonlySet<string> = new Set([
  ec2Kinds.addresses.plural,
  ec2Kinds.networkInterfaces.plural,
])

const byPlural: ReadonlyMap<string, Ec2Kind> = new Map(
  followedKinds.map((kind) => [kind.plural, kind]),
)

function placeOf({ metadata = {} }: Ec2Object<unknown>): Place {
  return { namespace: metadata.namespace ?? '', region: metadata.labels?.[REGION_LABEL] ?? '' }
}

/** One kind of resources of one account in one region. */
class Shelf<Spec = unknown> {
  readonly #resources = new Map<string, Resource<Spec>>()
  #sorted: readonly Resource<Spec>[] | undefined

  get size(): number {
    return this.#resources.size
  }

  get(id: string): Resource<Spec> | undefined {
    return this.#resources.get(id)
  }

  list(): readonly Resource<Spec>[] {
    this.#sorted ??= [...this.#resources.values()].toSorted(byOrder)
    return this.#sorted
  }

  put(resource: Resource<Spec>): void {
    const known = this.#resources.get(resource.id)
    if (known !== undefined && known.uid === resource.uid && isOlder(resource, known)) return
    this.#resources.set(resource.id, resource)
    this.#sorted = undefined
  }

  remove(id: string, uid: string): void {
    if (this.#resources.get(id)?.uid !== uid) return
    this.#resources.delete(id)
    this.#sorted = undefined
  }
}

/** Versions of one API are numbers that grow (KEP-5504). */
function isOlder(one: Resource<unknown>, other: Resource<unknown>): boolean {
  return BigInt(one.resourceVersion || 0) <= BigInt(other.resourceVersion || 0)
}

function byOrder(one: Resource<unknown>, other: Resource<unknown>): number {
  if (one.order !== other.order) return one.order < other.order ? -1 : 1
  return one.id < other.id ? -1 : 1
}
