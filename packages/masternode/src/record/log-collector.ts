import type { Pod } from '@nexqloud/control'
import { createInformer, kinds, type ContainerTarget, type KubeClient } from '@nexqloud/kube'

import { createByteBudget, logRates } from './byte-budget.ts'
import { followLog, type LogBench } from './log-follower.ts'

/** What is still on its way when a pod is taken away gets so long: milliseconds. */
const LAST_WORDS_MS = 3000

type Followed = { pod: Pod; readonly containers: Set<string>; readonly reading: AbortController }

/** Follows the logs of all containers into the record, until the signal aborts. */
export async function runLogCollector(
  options: Omit<LogBench, 'budget'> & { readonly client: KubeClient },
  signal: AbortSignal,
): Promise<void> {
  const { client, clock, onFailure } = options
  const bench = { ...options, budget: createByteBudget(logRates, () => clock.steadyMs()) }
  const pods = new Map<string, Followed>()
  const following = new Set<Promise<void>>()

  function follow(pod: Pod): void {
    const uid = pod.metadata?.uid ?? ''
    const followed = pods.get(uid) ?? { pod, containers: new Set(), reading: new AbortController() }
    followed.pod = pod
    pods.set(uid, followed)
    for (const target of targetsOf(pod)) {
      if (followed.containers.has(target.container)) continue
      followed.containers.add(target.container)
      const { reading } = followed
      const hasEnded = () => isOver(followed.pod)
      const running = followLog(bench, { target, hasEnded, reading: reading.signal }, signal)
        .catch(onFailure)
        .finally(() => following.delete(running))
      following.add(running)
    }
  }

  function leave({ metadata }: Pod): void {
    const uid = metadata?.uid ?? ''
    const followed = pods.get(uid)
    pods.delete(uid)
    void clock.delay(LAST_WORDS_MS, signal).then(() => followed?.reading.abort())
  }

  const informer = createInformer(client, {
    ...options,
    kind: kinds.pods,
    onChange: (change) => {
      const { type, object } = change
      // Of the same name, and another one.
      const isOther = type === 'updated' && change.previous.metadata?.uid !== object.metadata?.uid
      if (isOther) leave(change.previous)
      if (type === 'deleted') leave(object)
      else follow(object)
    },
  })
  await informer.run(signal)
  for (const { reading } of pods.values()) reading.abort()
  await Promise.all(following)
}

/** Returns the containers of a pod that were made. */
function targetsOf({ metadata, spec, status }: Pod): readonly ContainerTarget[] {
  const { namespace = '', name: pod = '', uid = '' } = metadata ?? {}
  const node = spec?.nodeName
  if (node === undefined) return []
  const made = status?.containerStatuses?.filter(({ containerID }) => containerID !== undefined)
  return (made ?? []).map(({ name: container }) => ({ node, namespace, pod, uid, container }))
}

function isOver({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed'
}
