import { fieldsOf, stringOf } from '../../json.ts'
import type { KubeObject } from '../../object.ts'
import { statusError } from '../../status-error.ts'
import { ageOf } from '../age.ts'
import type { ResourceType } from '../resource-type.ts'
import { ageColumn, column, nameColumn } from './column.ts'
import { coreType, statusOf } from './core-type.ts'
import { customResourceDefinitionType } from './custom-resource-definition.ts'
import { nodeType } from './node.ts'
import { podType } from './pod.ts'

const wide = { priority: 1 } as const

const keptNamespaces = new Set(['default', 'kube-public', 'kube-system'])

const namespaceType = coreType({
  kind: 'Namespace',
  plural: 'namespaces',
  shape: 'V1Namespace',
  shortNames: ['ns'],
  isNamespaced: false,
  hasStatus: true,
  subresources: [statusOf('Namespace')],
  selectable: { 'status.phase': ({ status }) => stringOf(status?.['phase']) },
  columns: [nameColumn, column('Status', ({ status }) => stringOf(status?.['phase'])), ageColumn],
  setDefaults: ({ status, ...namespace }) => ({
    ...namespace,
    metadata: {
      ...namespace.metadata,
      labels: {
        ...namespace.metadata.labels,
        'kubernetes.io/metadata.name': namespace.metadata.name ?? '',
      },
    },
    // Nobody takes this away but the server, once nothing is in it: what is left would be the next owner's.
    spec: { ...namespace.spec, finalizers: ['kubernetes'] },
    status: { phase: 'Active', ...status },
  }),
  markDeleted: (namespace) => {
    const { name = '' } = namespace.metadata
    if (keptNamespaces.has(name)) {
      const message = `namespaces "${name}" is forbidden: this namespace may not be deleted`
      throw statusError('Forbidden', message, { details: { name, kind: 'namespaces' } })
    }
    return { ...namespace, status: { ...namespace.status, phase: 'Terminating' } }
  },
})

/** Whom an event is about: fields that events are selected by. */
const aboutFields = [
  'kind',
  'namespace',
  'name',
  'uid',
  'apiVersion',
  'resourceVersion',
  'fieldPath',
]
const about = (field: string) => (event: KubeObject) =>
  stringOf(fieldsOf(event['involvedObject'])[field])

const eventType = coreType({
  kind: 'Event',
  plural: 'events',
  shape: 'CoreV1Event',
  shortNames: ['ev'],
  selectable: {
    ...Object.fromEntries(aboutFields.map((field) => [`involvedObject.${field}`, about(field)])),
    reason: (event) => stringOf(event['reason']),
    type: (event) => stringOf(event['type']),
    source: (event) => stringOf(fieldsOf(event['source'])['component']),
    reportingComponent: (event) => stringOf(event['reportingComponent']),
  },
  columns: [
    column('Last Seen', (event, nowMs) =>
      ageOf(event['lastTimestamp'] ?? event['eventTime'], nowMs),
    ),
    column('Type', (event) => stringOf(event['type'])),
    column('Reason', (event) => stringOf(event['reason'])),
    column('Object', (event) => `${about('kind')(event).toLowerCase()}/${about('name')(event)}`),
    column('Message', (event) => stringOf(event['message']).trim()),
    column('Count', (event) => Number(event['count'] ?? 1), { ...wide, type: 'integer' }),
    column('Name', ({ metadata }) => metadata.name ?? '', wide),
  ],
})

const configMapType = coreType({
  kind: 'ConfigMap',
  plural: 'configmaps',
  shape: 'V1ConfigMap',
  shortNames: ['cm'],
  columns: [nameColumn, column('Data', countData, { type: 'integer' }), ageColumn],
})

const secretType = coreType({
  kind: 'Secret',
  plural: 'secrets',
  shape: 'V1Secret',
  columns: [
    nameColumn,
    column('Type', (secret) => stringOf(secret['type'])),
    column('Data', countData, { type: 'integer' }),
    ageColumn,
  ],
  selectable: { type: (secret) => stringOf(secret['type']) },
  setDefaults: ({ stringData, ...secret }) => ({
    type: 'Opaque',
    ...secret,
    ...(stringData === undefined
      ? {}
      : { data: { ...fieldsOf(secret['data']), ...encode(stringData) } }),
  }),
})

function countData(object: KubeObject): number {
  return ['data', 'binaryData'].reduce(
    (sum, field) => sum + Object.keys(fieldsOf(object[field])).length,
    0,
  )
}

function encode(texts: unknown): Record<string, string> {
  const entries = Object.entries(fieldsOf(texts))
  return Object.fromEntries(
    entries.map(([key, text]) => [key, Buffer.from(stringOf(text)).toString('base64')]),
  )
}

const leaseType = coreType({
  group: 'coordination.k8s.io',
  kind: 'Lease',
  plural: 'leases',
  shape: 'V1Lease',
  columns: [
    nameColumn,
    column('Holder', ({ spec }) => stringOf(spec?.['holderIdentity'])),
    ageColumn,
  ],
})

/** The kinds that are served always; custom resource definitions add theirs. */
export const coreTypes: readonly ResourceType[] = [
  configMapType,
  eventType,
  namespaceType,
  nodeType,
  podType,
  secretType,
  leaseType,
  customResourceDefinitionType,
]
