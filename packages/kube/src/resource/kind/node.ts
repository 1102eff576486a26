import { fieldsOf, itemsOf, stringOf } from '../../json.ts'
import type { KubeObject } from '../../object.ts'
import { ageColumn, column, nameColumn } from './column.ts'
import { coreType, statusOf } from './core-type.ts'

const ROLE = 'node-role.kubernetes.io/'
const wide = { priority: 1 } as const

/** Nodes: the devices. */
export const nodeType = coreType({
  kind: 'Node',
  plural: 'nodes',
  shape: 'V1Node',
  shortNames: ['no'],
  isNamespaced: false,
  hasStatus: true,
  subresources: [statusOf('Node')],
  selectable: {
    'spec.unschedulable': ({ spec }) => String(spec?.['unschedulable'] === true),
  },
  columns: [
    nameColumn,
    column('Status', statusTextOf),
    column('Roles', rolesOf),
    ageColumn,
    column('Version', (node) => infoOf(node, 'kubeletVersion')),
    column('Internal-IP', (node) => addressOf(node, 'InternalIP'), wide),
    column('External-IP', (node) => addressOf(node, 'ExternalIP'), wide),
    column('OS-Image', (node) => infoOf(node, 'osImage'), wide),
    column('Kernel-Version', (node) => infoOf(node, 'kernelVersion'), wide),
    column('Container-Runtime', (node) => infoOf(node, 'containerRuntimeVersion'), wide),
  ],
})

function statusTextOf({ spec, status }: KubeObject): string {
  const ready = itemsOf(status?.['conditions']).find(({ type }) => type === 'Ready')
  const words = { True: 'Ready', False: 'NotReady' } as Record<string, string>
  const text = words[stringOf(ready?.['status'])] ?? (ready === undefined ? 'Unknown' : 'NotReady')
  return spec?.['unschedulable'] === true ? `${text},SchedulingDisabled` : text
}

function rolesOf({ metadata }: KubeObject): string {
  const roles = Object.keys(metadata.labels ?? {}).filter((label) => label.startsWith(ROLE))
  return (
    roles
      .map((label) => label.slice(ROLE.length))
      .toSorted()
      .join(',') || '<none>'
  )
}

function infoOf({ status }: KubeObject, field: string): string {
  return stringOf(fieldsOf(status?.['nodeInfo'])[field]) || '<unknown>'
}

function addressOf({ status }: KubeObject, type: string): string {
  const found = itemsOf(status?.['addresses']).find((address) => address['type'] === type)
  return stringOf(found?.['address']) || '<none>'
}
