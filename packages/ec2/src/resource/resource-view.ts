import type { Clock } from '@nexqloud/kernel'
import { createInformer, type Informer, type KubeClient } from '@nexqloud/kube'

import { followedKinds } from './followed-kinds.ts'
import { ec2Kinds, type Ec2Kind, type Ec2Object, type Tagged } from './kinds.ts'
import type { ResourceIndex } from './resource-index.ts'
import { REGION_LABEL, resourceOf, type Resource } from './resource.ts'
import { Shelf } from './shelf.ts'
import type { Write, WrittenObject } from './write.ts'

/** Whose resources, and where. */
export type Place = { readonly namespace: string; readonly region: string }

/**
 * What all accounts have, in memory: it follows the Kubernetes API, and what is written here is seen at once. Looking costs no call.
 */
export class ResourceView {
  readonly #shelves = new Map<string, Shelf>()
  readonly #places = new Map<string, Place>()
  /** How many say that they have a public address. */
  readonly #owners = new Map<string, number>()
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

  /** Returns those of a kind that an index has under a key, the older first. */
  listBy<Spec extends Tagged>(
    index: ResourceIndex<Spec>,
    place: Place,
    key: string,
  ): readonly Resource<Spec>[] {
    return this.#shelfOf<Spec>(index.kind, place).listBy(index, key)
  }

  /** Returns how many there are of a kind. */
  count<Spec extends Tagged>(kind: Ec2Kind<Spec>, place: Place): number {
    return this.#shelfOf<Spec>(kind, place).size
  }

  /** Returns how many of a kind an index has under a key. */
  countBy<Spec extends Tagged>(index: ResourceIndex<Spec>, place: Place, key: string): number {
    return this.#shelfOf<Spec>(index.kind, place).countBy(index, key)
  }

  /** The public addresses that are somebody's, of all accounts in all regions. */
  readonly publicAddresses: Pick<ReadonlySet<string>, 'has'> = {
    has: (address) => this.#owners.has(address),
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
    const resource = resourceOf(object)
    const place = { ...placeOf(object), id: resource.id }
    this.#change<Spec>(kind, place, (shelf) => shelf.put(resource))
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
    const place = { namespace, region: labels[REGION_LABEL] ?? '', id: name }
    this.#change(kind, place, (shelf) => shelf.remove(name, uid))
  }

  #forget(kind: Ec2Kind, object: Ec2Object<Tagged>): void {
    const { name = '', uid = '' } = object.metadata ?? {}
    this.#gone.delete(uid)
    this.#change(kind, { ...placeOf(object), id: name }, (shelf) => shelf.remove(name, uid))
  }

  /** Keeps count of changes, and of whose public addresses are. */
  #change<Spec extends Tagged>(
    { plural }: Pick<Ec2Kind, 'plural'>,
    { id, ...place }: Place & { readonly id: string },
    change: (shelf: Shelf<Spec>) => void,
  ): void {
    const shelf = this.#shelfOf<Spec>({ plural }, place)
    const before = shelf.get(id)
    change(shelf)
    this.#changes += 1
    const after = shelf.get(id)
    if (before === after || !mayBePublic.has(plural)) return
    this.#countOwner(before, -1)
    this.#countOwner(after, 1)
  }

  #countOwner(resource: Resource<Tagged & { readonly PublicIp?: string }> | undefined, by: number) {
    const address = resource?.spec.PublicIp
    if (address === undefined) return
    const count = (this.#owners.get(address) ?? 0) + by
    if (count > 0) this.#owners.set(address, count)
    else this.#owners.delete(address)
  }

  #shelfOf<Spec extends Tagged>(
    { plural }: { readonly plural: string },
    { namespace, region }: Place,
  ): Shelf<Spec> {
    const key = `${namespace}/${region}/${plural}`
    const known = this.#shelves.get(key) as unknown as Shelf<Spec> | undefined
    if (known !== undefined) return known
    const shelf = new Shelf<Spec>()
    this.#shelves.set(key, shelf as unknown as Shelf)
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
