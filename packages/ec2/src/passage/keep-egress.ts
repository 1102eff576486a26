import { annotations, instances as machineKind, type Pod } from '@nexqloud/control'
import type { Clock } from '@nexqloud/kernel'
import {
  createInformer,
  kinds,
  StatusError,
  type Informer,
  type JsonObject,
  type KubeClient,
  type Kind,
} from '@nexqloud/kube'

import type { Caller } from '../account/caller.ts'
import { interfacePassages } from '../action/security-group/interface-passages.ts'
import { INSTANCE_LABEL } from '../machine/machine-object.ts'
import type { MachineName } from '../machine/machines.ts'
import { ec2Kinds, type InstanceSpec } from '../resource/kinds.ts'
import type { Place, ResourceView } from '../resource/resource-view.ts'
import type { Resource } from '../resource/resource.ts'
import { TooManyPassagesError } from './errors.ts'
import { instanceEgressOf, type InstanceEgress } from './instance-egress.ts'

/** Within twice that a device hears of what has changed. */
const EVERY_MS = 500

/** What is kept in step, and with what. */
export type KeepEgressParts = {
  readonly client: KubeClient
  readonly view: ResourceView
  /** Returns the root of the account of a namespace; nothing where it is no account's. */
  readonly findOwner: (place: Place) => Caller | undefined
  readonly clock: Clock
  readonly onFailure: (failure: unknown) => void
}

/**
 * Has machines and pods of instances say where they may send, as the instances' groups say it now, until the signal aborts. A machine says it
 * from its beginning, so that no pod starts without it.
 */
export async function keepEgress(parts: KeepEgressParts, signal: AbortSignal): Promise<void> {
  const { client, view, clock, onFailure } = parts
  let isNews = true
  let seen = -1
  const options = {
    clock,
    onFailure,
    onChange: () => (isNews = true),
    selection: { labelSelector: INSTANCE_LABEL },
  }
  const bench: Bench = {
    ...parts,
    pods: createInformer(client, { ...options, kind: kinds.pods }),
    machines: createInformer(client, { ...options, kind: machineKind }),
    tooMany: new Set(),
  }
  const following = Promise.all([bench.pods.run(signal), bench.machines.run(signal)])
  while (!signal.aborted) {
    if (isNews || seen !== view.changes) {
      isNews = false
      seen = view.changes
      if (!(await lookAtAll(bench))) isNews = true
    }
    await clock.delay(EVERY_MS, signal)
  }
  await following
}

type Bench = KeepEgressParts & {
  readonly pods: Informer<Pod>
  readonly machines: Informer<Machine>
  /** Instances of which was told that not all that they may reach found room. */
  readonly tooMany: Set<string>
}

type Machine = typeof machineKind extends Kind<infer Type> ? Type : never

/** What goes wrong with one account is no other's trouble; returns whether nothing did. */
async function lookAtAll(bench: Bench): Promise<boolean> {
  let isWhole = true
  for (const place of bench.view.placesOf(ec2Kinds.instances)) {
    try {
      await lookAt(bench, place)
    } catch (failure) {
      isWhole = false
      bench.onFailure(failure)
    }
  }
  return isWhole
}

async function lookAt(bench: Bench, place: Place): Promise<void> {
  const { view, findOwner } = bench
  const caller = findOwner(place)
  if (caller === undefined) return
  const egressOf = readEgressOf(view, { ...place, caller })
  for (const instance of view.list(ec2Kinds.instances, place)) {
    if (instance.spec.Goal === 'terminated') continue
    const name = { namespace: place.namespace, id: instance.id }
    const egress = egressOf(instance)
    tellTooMany(bench, instance.id, egress)
    await write(bench, name, egress.text)
  }
}

/** Instances of the same groups have the same egress. An instance sends by its first interface. */
function readEgressOf(
  view: ResourceView,
  { caller, ...place }: Place & { readonly caller: Caller },
): (instance: Resource<InstanceSpec>) => InstanceEgress {
  const { egressOf } = interfacePassages({ caller, list: (kind) => view.list(kind, place) })
  const known = new Map<string, InstanceEgress>()
  return ({ spec }) => {
    const [first = ''] = spec.NetworkInterfaceIds
    const { GroupIds } = view.get(ec2Kinds.networkInterfaces, place, first)?.spec ?? spec
    const key = GroupIds.join(' ')
    const egress = known.get(key) ?? instanceEgressOf(egressOf({ spec: { GroupIds } }))
    known.set(key, egress)
    return egress
  }
}

function tellTooMany({ tooMany, onFailure }: Bench, id: string, { leftOut }: InstanceEgress): void {
  if (leftOut === 0) {
    tooMany.delete(id)
    return
  }
  if (!tooMany.has(id)) onFailure(new TooManyPassagesError(id, leftOut))
  tooMany.add(id)
}

/** The machine first: a pod that is made of it meanwhile has it too. */
async function write(
  { client, machines, pods }: Bench,
  { namespace, id: name }: MachineName,
  text: string | undefined,
): Promise<void> {
  const metadata = { annotations: { [annotations.egress]: text ?? null } }
  const machine = machines.get({ namespace, name })
  if (machine !== undefined && said(machine.spec.template) !== text) {
    await patch(client, machineKind, {
      namespace,
      name,
      body: { spec: { template: { metadata } } },
    })
  }
  const pod = pods.get({ namespace, name })
  const isEnding = pod?.metadata?.deletionTimestamp !== undefined
  if (pod !== undefined && !isEnding && said(pod) !== text) {
    await patch(client, kinds.pods, { namespace, name, body: { metadata } })
  }
}

function said({ metadata }: Pick<Machine['spec']['template'], 'metadata'>): string | undefined {
  return metadata?.annotations?.[annotations.egress]
}

type Patch = { readonly namespace: string; readonly name: string; readonly body: JsonObject }

/** What is gone meanwhile needs nothing. */
async function patch(
  client: KubeClient,
  kind: Kind<object>,
  { namespace, name, body }: Patch,
): Promise<void> {
  try {
    await client.patch(kind, { namespace, name }, { type: 'merge', body })
  } catch (failure) {
    if (!(failure instanceof StatusError && failure.reason === 'NotFound')) throw failure
  }
}
