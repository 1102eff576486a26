import type { Clock } from '@nexqloud/kernel'
import { createInformer, kinds, StatusError, type KubeClient } from '@nexqloud/kube'

import { createBoundPods } from '../object/bound-pods.ts'
import { defineForSure } from '../object/define-kind.ts'
import { DRAINING } from '../object/names.ts'
import type { Node, Pod } from '../object/object.ts'
import { createEventRecorder } from '../object/record-event.ts'
import { createWorkQueue } from '../object/work-queue.ts'
import { act, HEALER } from './act.ts'
import { noteDevice } from './device-rest.ts'
import { defineInstances, instances } from './instance.ts'
import { interruptionOf } from './interruption.ts'
import { planHealing, type Action, type NodeState } from './plan.ts'

/** What healing works with. */
export type HealerOptions = {
  readonly client: KubeClient
  readonly clock: Clock
  /** Told of each failure after which it goes on. */
  readonly onFailure: (failure: unknown) => void
}

/**
 * Heals until the signal aborts: every instance has a pod of its name; what was on a device that is lost is made again elsewhere,
 * and what nobody makes again is told to have failed.
 */
export async function runHealer(options: HealerOptions, signal: AbortSignal): Promise<void> {
  const { client, clock, onFailure } = options
  const record = createEventRecorder(client, { ...options, actor: HEALER })
  const bound = createBoundPods()
  const queue = createWorkQueue({ reconcile, clock, onFailure })

  async function reconcile(key: string): Promise<number | undefined> {
    const [namespace = '', name = ''] = key.split('/')
    const instance = wanted.get({ namespace, name })
    // A view may lag: nothing is made or taken away by it alone.
    const seen = pods.get({ namespace, name })
    const pod = seen ?? (instance && (await find(client.get(kinds.pods, { namespace, name }))))
    const bench = { client, clock, record }
    const { state, node } = await lookUp(pod)
    const plan = planHealing(instance, pod, state)
    const waitMs = stayOf(plan, node, clock.wallMs())
    if (waitMs > 0) return waitMs
    const device = pod?.spec?.nodeName ?? ''
    const beside = bound.of(device)
    await noteDevice(bench, plan, { pod, node: nodes.get({ name: device }), beside })
    return act(bench, plan)
  }

  /** A node that is well by all that was seen is not asked for. */
  async function lookUp(pod: Pod | undefined): Promise<Looked> {
    const name = pod?.spec?.nodeName ?? ''
    if (name === '' || stateOf(nodes.get({ name })) === 'there') return { state: 'there' }
    const node = await find(client.get(kinds.nodes, { name }))
    return { state: stateOf(node), node }
  }

  await defineForSure(options, defineInstances, signal)
  const common = { clock, onFailure }
  const wanted = createInformer(client, {
    ...common,
    kind: instances,
    onChange: ({ object }) => queue.add(keyOf(object)),
  })
  const pods = createInformer(client, {
    ...common,
    kind: kinds.pods,
    onChange: (change) => {
      bound.follow(change)
      queue.add(keyOf(change.object))
    },
  })
  const nodes = createInformer(client, {
    ...common,
    kind: kinds.nodes,
    onChange: ({ object }) => {
      for (const pod of bound.of(object.metadata?.name ?? '').values()) queue.add(keyOf(pod))
    },
  })
  const informers = [wanted, pods, nodes]
  const following = Promise.all(informers.map((informer) => informer.run(signal)))
  // Who does not know all pods yet would make some twice.
  await Promise.race([Promise.all(informers.map(({ synced }) => synced)), following])
  await Promise.all([queue.run(signal), following])
}

type Looked = { readonly state: NodeState; readonly node?: Node | undefined }

/** Returns how long a pod stays yet that is to be moved: milliseconds. */
function stayOf(plan: Action, node: Node | undefined, nowMs: number): number {
  if (plan.do !== 'move' || node === undefined) return 0
  return (interruptionOf(plan.pod, node)?.atMs ?? 0) - nowMs
}

const keyOf = ({ metadata = {} }: Pick<Pod, 'metadata'>) => `${metadata.namespace}/${metadata.name}`

function stateOf(node: Pick<Node, 'spec' | 'status'> | undefined): NodeState {
  if (node === undefined) return 'gone'
  const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')
  if (ready?.reason === 'DeviceLost') return 'lost'
  const isDraining = (node.spec?.taints ?? []).some(({ key }) => key === DRAINING)
  return isDraining ? 'draining' : 'there'
}

/** Returns what is asked for; nothing where it is not there. */
async function find<Type>(asking: Promise<Type>): Promise<Type | undefined> {
  try {
    return await asking
  } catch (failure) {
    if (failure instanceof StatusError && failure.kind === 'notFound') return undefined
    throw failure
  }
}
