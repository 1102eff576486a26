import type { Node, Pod } from '../src/object/object.ts'

/** Returns a pod that asks for our scheduler. */
export function podOf(name: string, more: Partial<NonNullable<Pod['spec']>> = {}): Pod {
  const containers = [{ name: 'main', image: 'example.com/one:1' }]
  const spec = { schedulerName: 'nexqloud', automountServiceAccountToken: false, containers }
  return { metadata: { name, namespace: 'default' }, spec: { ...spec, ...more } }
}

/** Returns containers that ask for so much. */
export function asking(requests: Readonly<Record<string, string>>) {
  return { containers: [{ name: 'main', image: 'example.com/one:1', resources: { requests } }] }
}

/** Returns a node that is ready. */
export function nodeOf(
  name: string,
  { metadata = {}, spec = {}, status = {} }: Pick<Node, 'metadata' | 'spec' | 'status'> = {},
): Node {
  const allocatable = { cpu: '4', memory: '6Gi', 'ephemeral-storage': '40Gi', pods: '10' }
  const conditions = [{ type: 'Ready', status: 'True' }]
  return {
    metadata: { name, ...metadata },
    spec,
    status: { allocatable, capacity: allocatable, conditions, ...status },
  }
}
