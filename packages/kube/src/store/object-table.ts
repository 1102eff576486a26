import type { KubeObject } from '../object.ts'

/** Where an object lies. */
export type ObjectKey = {
  /** Plural and group, e.g. `pods`, `leases.coordination.k8s.io`. */
  readonly resource: string
  /** Empty for what belongs to no namespace. */
  readonly namespace: string
  readonly name: string
}

/** Objects by resource, namespace and name. */
export type ObjectTable = {
  readonly get: (key: ObjectKey) => KubeObject | undefined
  /** Puts an object there, or takes it away. */
  readonly set: (key: ObjectKey, object: KubeObject | undefined) => void
  /** Returns the objects of a resource in the order of their namespace and name; of one namespace where that is given. */
  readonly list: (resource: string, namespace?: string) => readonly KubeObject[]
}

type Shelf = {
  readonly objects: Map<string, KubeObject>
  sorted: readonly KubeObject[] | undefined
}

/** Returns an empty table. Lists are kept until something in their namespace changes. */
export function createObjectTable(): ObjectTable {
  const resources = new Map<string, Map<string, Shelf>>()

  function shelfOf({ resource, namespace }: Omit<ObjectKey, 'name'>): Shelf {
    const shelves = resources.get(resource) ?? new Map<string, Shelf>()
    resources.set(resource, shelves)
    const shelf = shelves.get(namespace) ?? { objects: new Map(), sorted: undefined }
    shelves.set(namespace, shelf)
    return shelf
  }

  return {
    get: ({ resource, namespace, name }) =>
      resources.get(resource)?.get(namespace)?.objects.get(name),
    set: (key, object) => {
      const shelf = shelfOf(key)
      shelf.sorted = undefined
      if (object !== undefined) shelf.objects.set(key.name, object)
      else shelf.objects.delete(key.name)
      if (shelf.objects.size === 0) resources.get(key.resource)?.delete(key.namespace)
    },
    list: (resource, namespace) => {
      const shelves = resources.get(resource)
      if (shelves === undefined) return []
      if (namespace !== undefined) return sort(shelves.get(namespace))
      return [...shelves.keys()].toSorted().flatMap((name) => sort(shelves.get(name)))
    },
  }
}

function sort(shelf: Shelf | undefined): readonly KubeObject[] {
  if (shelf === undefined) return []
  shelf.sorted ??= [...shelf.objects]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, object]) => object)
  return shelf.sorted
}
