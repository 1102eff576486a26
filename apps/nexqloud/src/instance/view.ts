import { instances, type Instance, type Pod } from '@nexqloud/control'
import { kinds, StatusError, type Kind } from '@nexqloud/kube'

import { InstanceAbsentError, InstancesUnknownError } from './errors.ts'
import type { InstanceSession } from './instance-session.ts'

type ObjectOf<Of> = Of extends Kind<infer Type> ? Type : never

/** What happened to an object. */
export type KubeEvent = ObjectOf<typeof kinds.events>

/** What the API has of an instance. */
export type InstanceView = {
  readonly instance: Instance
  /** Its own; nothing while it has none. */
  readonly pod: Pod | undefined
  /** Of it and its pods, oldest first. */
  readonly events: readonly KubeEvent[]
}

type Reading = Pick<InstanceSession, 'client' | 'namespace'>

/** Returns an instance; nothing where it is not there. */
export async function readView(
  { client, namespace }: Reading,
  name: string,
): Promise<InstanceView | undefined> {
  const instance = await orNothing(client.get(instances, { namespace, name }), name)
  if (instance === undefined) return undefined
  const [pod, { items }] = await Promise.all([
    orNothing(client.get(kinds.pods, { namespace, name }), name),
    client.list(kinds.events, { namespace, fieldSelector: `involvedObject.name=${name}` }),
  ])
  return { instance, pod: ownPod(instance, pod), events: ownEvents(instance, items) }
}

/** Returns all instances, by name: of a namespace, or of all where none is given. */
export async function readViews({
  client,
  namespace,
}: Pick<Reading, 'client'> & Partial<Reading>): Promise<readonly InstanceView[]> {
  const place = namespace === undefined ? {} : { namespace }
  const [wanted, pods, events] = await Promise.all([
    knowingInstances(client.list(instances, place)),
    client.list(kinds.pods, place),
    client.list(kinds.events, place),
  ])
  const keyOf = (about: { readonly namespace?: string; readonly name?: string } = {}) =>
    `${about.namespace}/${about.name}`
  const podOf = new Map(pods.items.map((pod) => [keyOf(pod.metadata), pod]))
  const eventsOf = Map.groupBy(events.items, ({ involvedObject }) => keyOf(involvedObject))
  return wanted.items
    .map((instance) => {
      const key = keyOf(instance.metadata)
      const about = ownEvents(instance, eventsOf.get(key) ?? [])
      return { instance, pod: ownPod(instance, podOf.get(key)), events: about }
    })
    .toSorted((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1))
}

/**
 * Returns the instances of these names, in their order, each once.
 *
 * @throws {@link InstanceAbsentError} which names all that are not there.
 */
export async function findViews(
  session: Reading,
  names: readonly string[],
): Promise<readonly InstanceView[]> {
  const views = await readViews(session)
  const byName = new Map(views.map((view) => [nameOf(view), view]))
  const wanted = [...new Set(names)]
  const absent = wanted.filter((name) => !byName.has(name))
  if (absent.length > 0) {
    throw new InstanceAbsentError(absent, { ...session, known: [...byName.keys()] })
  }
  return wanted.flatMap((name) => byName.get(name) ?? [])
}

/**
 * Returns the instance of a name.
 *
 * @throws {@link InstanceAbsentError}
 */
export async function findView(session: Reading, name: string): Promise<InstanceView> {
  const view = await readView(session, name)
  if (view !== undefined) return view
  const known = (await readViews(session)).map(nameOf)
  throw new InstanceAbsentError([name], { ...session, known })
}

/** Returns an instance's name. */
export function nameOf({ instance }: Pick<InstanceView, 'instance'>): string {
  return instance.metadata?.name ?? ''
}

/** Returns when an event was last seen, ISO 8601. */
export function timeOf({ lastTimestamp, eventTime, metadata }: KubeEvent): string {
  return lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? ''
}

/** Times are whole seconds; within one, versions tell what was written first. */
function byTime(left: KubeEvent, right: KubeEvent): number {
  const [before, after] = [timeOf(left), timeOf(right)]
  if (before !== after) return before < after ? -1 : 1
  return versionOf(left) - versionOf(right)
}

const versionOf = ({ metadata }: KubeEvent): number => Number(metadata.resourceVersion ?? 0)

/** What is older happened to another instance that had its name. */
function ownEvents({ metadata = {} }: Instance, about: readonly KubeEvent[]): readonly KubeEvent[] {
  const since = metadata.creationTimestamp ?? ''
  return about.filter((event) => timeOf(event) >= since).toSorted(byTime)
}

/** A pod that has an instance's name by chance is not its own. */
/** Returns a pod where it is the instance's own, and not another's of its name. */
export function ownPod({ metadata }: Instance, pod: Pod | undefined): Pod | undefined {
  const owners = pod?.metadata?.ownerReferences ?? []
  return owners.some(({ uid }) => uid === metadata?.uid) ? pod : undefined
}

async function orNothing<Type>(asking: Promise<Type>, name: string): Promise<Type | undefined> {
  try {
    return await knowingInstances(asking)
  } catch (failure) {
    if (isAbsence(failure) && failure.status.details?.name === name) return undefined
    throw failure
  }
}

/** Returns what is asked of instances, where the API knows what they are: it names no object of kinds that it does not know. */
export async function knowingInstances<Type>(asking: Promise<Type>): Promise<Type> {
  try {
    return await asking
  } catch (failure) {
    const isUnknown = isAbsence(failure) && failure.status.details?.name === undefined
    throw isUnknown ? new InstancesUnknownError(failure) : failure
  }
}

function isAbsence(failure: unknown): failure is StatusError {
  return failure instanceof StatusError && failure.kind === 'notFound'
}
