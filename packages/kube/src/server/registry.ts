import type { KubeObject } from '../object.ts'
import { customType } from '../resource/custom-type.ts'
import { coreTypes } from '../resource/kind/core-types.ts'
import { groupResource, type ResourceType } from '../resource/resource-type.ts'
import type { ObjectStore } from '../store/object-store.ts'

const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io'

/** The kinds that are served now. */
export type Registry = {
  readonly types: () => readonly ResourceType[]
  readonly find: (place: {
    readonly group: string
    readonly version: string
    readonly resource: string
  }) => ResourceType | undefined
  readonly isCustom: (type: ResourceType) => boolean
  readonly close: () => void
}

/** Opens the kinds of Kubernetes, others that are not stored, and those that the definitions in a store add, as they come and go. */
export function openRegistry(store: ObjectStore, virtual: readonly ResourceType[] = []): Registry {
  const core = new Map([...coreTypes, ...virtual].map((type) => [groupResource(type), type]))
  const custom = new Map<string, ResourceType>()
  const add = (definition: KubeObject): void => {
    custom.set(definition.metadata.name ?? '', customType(definition))
  }
  for (const definition of store.list(DEFINITIONS)) add(definition)
  const close = store.subscribe(DEFINITIONS, ({ type, object }) => {
    if (type === 'DELETED') custom.delete(object.metadata.name ?? '')
    else add(object)
  })
  return {
    types: () => [...core.values(), ...custom.values()],
    find: ({ group, version, resource }) => {
      const name = groupResource({ plural: resource, group })
      const type = core.get(name) ?? custom.get(name)
      return type?.version === version ? type : undefined
    },
    isCustom: (type) => custom.has(groupResource(type)),
    close,
  }
}
