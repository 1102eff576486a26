import type {
  CoreV1Event,
  V1ConfigMap,
  V1CustomResourceDefinition,
  V1Lease,
  V1Namespace,
  V1Node,
  V1Pod,
  V1Secret,
} from '@kubernetes/client-node'

import type { KubeObject, Wire } from '../object.ts'

/** A kind of object that a client asks for; `Type` is what its objects are. */
export type Kind<Type extends object = KubeObject> = {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly isNamespaced: boolean
  /** Never there: it carries the type. */
  readonly _?: Type
}

/** Kubernetes' own kinds, with the types of the official client. */
export const kinds = {
  configMaps: core<Wire<V1ConfigMap>>('ConfigMap', 'configmaps'),
  events: core<Wire<CoreV1Event>>('Event', 'events'),
  namespaces: core<Wire<V1Namespace>>('Namespace', 'namespaces', false),
  nodes: core<Wire<V1Node>>('Node', 'nodes', false),
  pods: core<Wire<V1Pod>>('Pod', 'pods'),
  secrets: core<Wire<V1Secret>>('Secret', 'secrets'),
  leases: { ...core<Wire<V1Lease>>('Lease', 'leases'), group: 'coordination.k8s.io' },
  customResourceDefinitions: {
    ...core<Wire<V1CustomResourceDefinition>>(
      'CustomResourceDefinition',
      'customresourcedefinitions',
      false,
    ),
    group: 'apiextensions.k8s.io',
  },
} as const

function core<Type extends object>(kind: string, plural: string, isNamespaced = true): Kind<Type> {
  return { group: '', version: 'v1', kind, plural, isNamespaced }
}

/** Which object. */
export type ObjectName = {
  /** Left out for kinds without namespaces; in lists and watches, for all of them. */
  readonly namespace?: string
  readonly name?: string
  readonly subresource?: string
}

/** Returns where objects of a kind are asked for. */
export function pathOf(kind: Kind<object>, { namespace, name, subresource }: ObjectName): string {
  const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`
  const scope = kind.isNamespaced && namespace !== undefined ? ['namespaces', namespace] : []
  const parts = [...scope, kind.plural, name, subresource].filter((part) => part !== undefined)
  return [root, ...parts.map(encodeURIComponent)].join('/')
}
