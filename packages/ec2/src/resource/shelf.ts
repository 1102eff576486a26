import type { ResourceIndex } from './resource-index.ts'
import type { Resource } from './resource.ts'

/** What an index has under a key, by the ids. */
type Found<Spec> = Map<string, Resource<Spec>>

/** One kind of resources of one account in one region. */
export class Shelf<Spec extends object = object> {
  readonly #resources = new Map<string, Resource<Spec>>()
  /** An index is made when somebody asks by it first. */
  readonly #indexes = new Map<ResourceIndex<Spec>, Map<string, Found<Spec>>>()
  #sorted: readonly Resource<Spec>[] | undefined = []

  get size(): number {
    return this.#resources.size
  }

  get(id: string): Resource<Spec> | undefined {
    return this.#resources.get(id)
  }

  /** Returns all of them, the older first. */
  list(): readonly Resource<Spec>[] {
    this.#sorted ??= [...this.#resources.values()].toSorted(byOrder)
    return this.#sorted
  }

  /** Returns those that an index has under a key, the older first. */
  listBy(index: ResourceIndex<Spec>, key: string): readonly Resource<Spec>[] {
    const found = [...(this.#indexOf(index).get(key)?.values() ?? [])]
    return found.length > 1 ? found.toSorted(byOrder) : found
  }

  countBy(index: ResourceIndex<Spec>, key: string): number {
    return this.#indexOf(index).get(key)?.size ?? 0
  }

  /** Takes a resource; one that is older than what is known changes nothing. */
  put(resource: Resource<Spec>): void {
    const known = this.#resources.get(resource.id)
    if (known !== undefined && known.uid === resource.uid && isOlder(resource, known)) return
    this.#resources.set(resource.id, resource)
    for (const [index, found] of this.#indexes) {
      if (known !== undefined) forget(index, found, known)
      remember(index, found, resource)
    }
    this.#sorted = known === undefined ? withLast(this.#sorted, resource) : undefined
  }

  remove(id: string, uid: string): void {
    const known = this.#resources.get(id)
    if (known?.uid !== uid) return
    this.#resources.delete(id)
    for (const [index, found] of this.#indexes) forget(index, found, known)
    this.#sorted = this.#sorted?.filter((one) => one !== known)
  }

  #indexOf(index: ResourceIndex<Spec>): Map<string, Found<Spec>> {
    const known = this.#indexes.get(index)
    if (known !== undefined) return known
    const made = new Map<string, Found<Spec>>()
    for (const resource of this.#resources.values()) remember(index, made, resource)
    this.#indexes.set(index, made)
    return made
  }
}

/** Whoever was given the list has it as it was. Most are newer than all others. */
function withLast<Spec>(
  sorted: readonly Resource<Spec>[] | undefined,
  resource: Resource<Spec>,
): readonly Resource<Spec>[] | undefined {
  const last = sorted?.at(-1)
  if (sorted === undefined) return undefined
  return last === undefined || byOrder(last, resource) < 0 ? [...sorted, resource] : undefined
}

function remember<Spec extends object>(
  { keysOf }: ResourceIndex<Spec>,
  found: Map<string, Found<Spec>>,
  resource: Resource<Spec>,
): void {
  for (const key of keysOf(resource.spec)) {
    const own = found.get(key) ?? new Map<string, Resource<Spec>>()
    found.set(key, own.set(resource.id, resource))
  }
}

function forget<Spec extends object>(
  { keysOf }: ResourceIndex<Spec>,
  found: Map<string, Found<Spec>>,
  { id, spec }: Resource<Spec>,
): void {
  for (const key of keysOf(spec)) {
    const own = found.get(key)
    own?.delete(id)
    if (own?.size === 0) found.delete(key)
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
