import { fieldsOf, itemsOf, stringOf, type JsonObject } from '../../json.ts'
import type { KubeObject } from '../../object.ts'
import { coreType, statusOf } from './core-type.ts'
import { podColumns } from './pod-columns.ts'
import { setPodDefaults } from './pod-defaults.ts'
import { validatePod } from './pod-validation.ts'

/** What a pod's end takes where it does not say: seconds. */
const GRACE_SECONDS = 30

const stream = (name: string, kind: string) => ({ name, kind, verbs: ['create', 'get'] })

/** Pods. */
export const podType = coreType({
  kind: 'Pod',
  plural: 'pods',
  shape: 'V1Pod',
  shortNames: ['po'],
  categories: ['all'],
  hasStatus: true,
  hasGeneration: true,
  subresources: [
    statusOf('Pod'),
    { name: 'binding', kind: 'Binding', verbs: ['create'] },
    { name: 'eviction', kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] },
    { name: 'log', kind: 'Pod', verbs: ['get'] },
    stream('exec', 'PodExecOptions'),
    stream('attach', 'PodAttachOptions'),
    stream('portforward', 'PodPortForwardOptions'),
  ],
  selectable: {
    'spec.nodeName': (pod) => stringOf(pod.spec?.['nodeName']),
    'status.phase': (pod) => stringOf(pod.status?.['phase']),
  },
  columns: podColumns,
  setDefaults: setPodDefaults,
  validate: validatePod,
  graceSeconds: graceSecondsOf,
})

/** A pod that no node has, or that has ended, needs no time to end. */
function graceSecondsOf({ spec = {}, status = {} }: KubeObject): number {
  const hasEnded = ['Succeeded', 'Failed'].includes(stringOf(status['phase']))
  if (stringOf(spec['nodeName']) === '' || hasEnded) return 0
  const seconds = spec['terminationGracePeriodSeconds']
  return typeof seconds === 'number' ? seconds : GRACE_SECONDS
}

/** Returns a pod that is bound to a node. */
export function bindPod(pod: KubeObject, node: string, nowIso: string): KubeObject {
  const scheduled: JsonObject = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: nowIso,
  }
  const conditions = itemsOf(pod.status?.['conditions'])
  const others = conditions.filter((condition) => condition['type'] !== 'PodScheduled')
  return {
    ...pod,
    spec: { ...pod.spec, nodeName: node },
    status: { ...fieldsOf(pod.status), conditions: [...others, scheduled] },
  }
}
