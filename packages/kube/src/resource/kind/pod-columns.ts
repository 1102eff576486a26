import { fieldsOf, itemsOf, stringOf, textValue, type JsonObject } from '../../json.ts'
import type { KubeObject } from '../../object.ts'
import { ageOf } from '../age.ts'
import type { Column } from '../resource-type.ts'
import { ageColumn, column, nameColumn } from './column.ts'

const wide = { priority: 1 } as const
const orNone = (value: unknown) => stringOf(value) || '<none>'

/** What `kubectl get pods` prints. Source: pkg/printers/internalversion/printers.go, `printPod`. */
export const podColumns: readonly Column[] = [
  nameColumn,
  column('Ready', readyOf, { description: 'Containers that are ready, of all.' }),
  column('Status', reasonOf, { description: 'Why the pod is as it is, in one word.' }),
  column('Restarts', restartsOf, { description: 'How often its containers were restarted.' }),
  ageColumn,
  column('IP', ({ status }) => orNone(status?.['podIP']), wide),
  column('Node', ({ spec }) => orNone(spec?.['nodeName']), wide),
  // Nobody here nominates nodes or gates readiness; who reads the others by their place finds them there.
  column('Nominated Node', () => '<none>', wide),
  column('Readiness Gates', () => '<none>', wide),
]

/** Returns how a pod is, in the word that `kubectl get` prints; its type may be the official client's. */
export function podStatusOf(pod: object): string {
  return reasonOf(pod as KubeObject)
}

const statuses = ({ status }: KubeObject) => itemsOf(status?.['containerStatuses'])

function readyOf(pod: KubeObject): string {
  const ready = statuses(pod).filter((container) => container['ready'] === true)
  return `${ready.length}/${itemsOf(pod.spec?.['containers']).length}`
}

function restartsOf(pod: KubeObject, nowMs: number): string {
  const containers = statuses(pod)
  const count = containers.reduce((sum, { restartCount }) => sum + Number(restartCount ?? 0), 0)
  const ends = containers.map((container) =>
    stringOf(fieldsOf(fieldsOf(container['lastState'])['terminated'])['finishedAt']),
  )
  const last = ends.toSorted().at(-1) ?? ''
  return count > 0 && last !== '' ? `${count} (${ageOf(last, nowMs)} ago)` : String(count)
}

function reasonOf(pod: KubeObject): string {
  const status = pod.status ?? {}
  const own = stringOf(status['reason']) || stringOf(status['phase']) || 'Unknown'
  const reason = initReason(pod) ?? containersReason(pod, own)
  if (pod.metadata.deletionTimestamp === undefined) return reason
  return own === 'NodeLost' ? 'Unknown' : 'Terminating'
}

function initReason(pod: KubeObject): string | undefined {
  const containers = itemsOf(pod.status?.['initContainerStatuses'])
  const index = containers.findIndex((container) => {
    const ended = fieldsOf(container['state'])['terminated']
    return ended === undefined || fieldsOf(ended)['exitCode'] !== 0
  })
  if (index < 0) return undefined
  const state = fieldsOf(containers[index]?.['state'])
  if (state['terminated'] !== undefined) return `Init:${endOf(fieldsOf(state['terminated']))}`
  const waiting = stringOf(fieldsOf(state['waiting'])['reason'])
  if (waiting !== '' && waiting !== 'PodInitializing') return `Init:${waiting}`
  return `Init:${index}/${itemsOf(pod.spec?.['initContainers']).length}`
}

function containersReason(pod: KubeObject, own: string): string {
  const reasons = statuses(pod).flatMap((container) => {
    const state = fieldsOf(container['state'])
    const waiting = stringOf(fieldsOf(state['waiting'])['reason'])
    if (waiting !== '') return [waiting]
    return state['terminated'] === undefined ? [] : [endOf(fieldsOf(state['terminated']))]
  })
  const isRunning = statuses(pod).some(
    (container) =>
      container['ready'] === true && fieldsOf(container['state'])['running'] !== undefined,
  )
  const reason = reasons[0] ?? own
  return reason === 'Completed' && isRunning ? 'Running' : reason
}

function endOf(terminated: JsonObject): string {
  const reason = stringOf(terminated['reason'])
  if (reason !== '') return reason
  const signal = Number(terminated['signal'] ?? 0)
  return signal === 0 ? `ExitCode:${textValue(terminated['exitCode'])}` : `Signal:${signal}`
}
