import {
  ContainerNotFoundError,
  ImageNotFoundError,
  ImagePullError,
  parseImageReference,
  specifyContainer,
  StartFailedError,
  type ContainerEngine,
  type ContainerId,
  type ImageCache,
  type PullProgress,
  type RegistryCredentials,
} from '@nexqloud/engine'
import { BaseError, type Clock } from '@nexqloud/kernel'

import type { PodEvent } from '../protocol/agent-protocol.ts'
import { endedRunOf, type Outcome } from '../reconcile/container-memory.ts'
import { labelsOf, type namesOf } from '../reconcile/pod-labels.ts'
import type { PodAction } from '../reconcile/reconcile.ts'

/** What happens to a container, before it is known whom to tell. */
export type PodHappening = Pick<PodEvent, 'type' | 'reason' | 'message'>

/** What actions are performed with. */
export type Performer = {
  readonly engine: ContainerEngine
  readonly images: Pick<ImageCache, 'pull'>
  readonly clock: Clock
  readonly names: ReturnType<typeof namesOf>
  /** By the registry's name in full. */
  readonly credentials: Readonly<Record<string, RegistryCredentials>>
  readonly tell: (happening: PodHappening) => void
  /** See {@link PodKeeperParts.openFolder}. */
  readonly openFolder?: ((uid: string) => Promise<string>) | undefined
}

type Action<Type extends PodAction['type']> = Extract<PodAction, { readonly type: Type }>
/** All but removals concern one container. */
export type ContainerAction = Exclude<PodAction, Action<'remove'>>

/** Performs an action and returns how it ended; nothing where it was called off. What is created is started, too. */
export async function performAction(
  action: ContainerAction,
  performer: Performer,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  try {
    if (action.type !== 'create') return await attempt(action, performer, signal)
    const id = await create(action, performer)
    if (signal.aborted) return { type: 'created' }
    // What has just been made is as it was made: there is nothing to look at before it is started.
    return await performAction({ ...action, type: 'start', id }, performer, signal)
  } catch (error) {
    if (signal.aborted) return undefined
    const outcome = outcomeOf(error, action, performer.clock)
    if (outcome !== undefined && 'message' in outcome) {
      performer.tell({ type: 'Warning', reason: 'Failed', message: outcome.message })
    }
    return outcome
  }
}

/** Removes what is left of a pod: all of it is asked to end first, at once. */
export async function performRemoval(
  action: Action<'remove'>,
  { engine, tell }: Pick<Performer, 'engine' | 'tell'>,
): Promise<void> {
  tell({ type: 'Normal', reason: 'Killing', message: 'The pod is not wanted here any more.' })
  await stopAll(engine, action)
  await removeAll(engine, action)
}

type Several = Pick<Action<'remove'>, 'ids' | 'graceSeconds'>

async function stopAll(engine: ContainerEngine, { ids, graceSeconds }: Several): Promise<void> {
  await Promise.all(ids.map((id) => stopIfThere(engine, id, graceSeconds)))
}

async function removeAll(engine: ContainerEngine, { ids }: Several): Promise<void> {
  // The first one holds the network of the others, so it goes last.
  for (const id of ids.toReversed()) await engine.removeContainer(id)
}

async function attempt(
  action: Exclude<ContainerAction, Action<'create'>>,
  performer: Performer,
  signal: AbortSignal,
): Promise<Outcome> {
  const { engine, tell } = performer
  const { name } = action.container
  if (action.type === 'pull') return pull(action, performer, signal)
  if (action.type === 'start') {
    await engine.startContainer(action.id)
    tell({ type: 'Normal', reason: 'Started', message: `Started container ${name}.` })
    return { type: 'started', reboots: action.reboots }
  }
  if (action.type === 'reboot') return reboot(action, performer, signal)
  if (action.type === 'replace') {
    tell({ type: 'Normal', reason: 'Killing', message: `Container ${name} gets another image.` })
    await unlessCalledOff(stopAll(engine, action), signal)
    await removeAll(engine, action)
    return { type: 'replaced' }
  }
  tell({ type: 'Normal', reason: 'Killing', message: `Stopping container ${name} to restart it.` })
  await unlessCalledOff(engine.stopContainer(action.id, action.graceSeconds), signal)
  return { type: 'stopped' }
}

/** It keeps its files, its address and its place. What is not wanted any more meanwhile is not waited for, and not started. */
async function reboot(
  { container: { name }, id, graceSeconds, reboots }: Action<'reboot'>,
  { engine, tell }: Performer,
  signal: AbortSignal,
): Promise<Outcome> {
  signal.throwIfAborted()
  tell({ type: 'Normal', reason: 'Killing', message: `Stopping container ${name} to reboot it.` })
  await unlessCalledOff(engine.stopContainer(id, graceSeconds), signal)
  const { exit, startedAtMs } = await engine.inspectContainer(id)
  signal.throwIfAborted()
  await engine.startContainer(id)
  tell({ type: 'Normal', reason: 'Started', message: `Started container ${name}.` })
  return { type: 'rebooted', reboots, run: exit && endedRunOf(exit, startedAtMs) }
}

/** @throws as soon as the signal aborts. */
async function unlessCalledOff(doing: Promise<void>, signal: AbortSignal): Promise<void> {
  const calledOff = Promise.withResolvers<never>()
  const callOff = (): void => calledOff.reject(signal.reason)
  signal.addEventListener('abort', callOff)
  try {
    await Promise.race([doing, calledOff.promise])
  } finally {
    signal.removeEventListener('abort', callOff)
  }
  signal.throwIfAborted()
}

async function pull(
  { container: { image: name } }: Action<'pull'>,
  { images, clock, credentials, tell }: Performer,
  signal: AbortSignal,
): Promise<Outcome> {
  tell({ type: 'Normal', reason: 'Pulling', message: `Pulling image ${name}.` })
  const opens = credentials[parseImageReference(name).registry]
  const { id, digest } = await images.pull({
    image: name,
    ...(opens !== undefined && { credentials: opens }),
    onProgress: limitProgress(clock, ({ currentBytes, totalBytes }) => {
      const message = `${name}: ${megabytes(currentBytes)} of ${megabytes(totalBytes)} MB.`
      tell({ type: 'Normal', reason: 'Pulling', message })
    }),
    signal,
  })
  tell({ type: 'Normal', reason: 'Pulled', message: `Image ${name} is here.` })
  return { type: 'pulled', image: { name, id, digest } }
}

async function create(
  { pod, spec, container, image, joins, takesDisks }: Action<'create'>,
  { engine, names, tell, openFolder }: Performer,
): Promise<ContainerId> {
  const network = names.network(pod.namespace)
  if (joins === undefined) await engine.createNetwork({ name: network, hasInternet: true })
  const specification = specifyContainer(spec, container, {
    name: names.container(pod.uid, container.name),
    image,
    network:
      joins === undefined
        ? { kind: 'bridge', name: network, aliases: [pod.name] }
        : { kind: 'container', id: joins },
    labels: labelsOf(pod, spec, container),
    volumesFolder: takesDisks ? await openFolder?.(pod.uid) : undefined,
  })
  const id = await engine.createContainer(specification)
  tell({ type: 'Normal', reason: 'Created', message: `Created container ${container.name}.` })
  return id
}

/** What is waited for, in kubelet's words. */
const waits = {
  pull: 'ImagePullBackOff',
  create: 'CreateContainerError',
  start: 'RunContainerError',
  reboot: 'RunContainerError',
  stop: 'KillContainerError',
  replace: 'KillContainerError',
} as const satisfies Record<ContainerAction['type'], string>

function outcomeOf(error: unknown, action: ContainerAction, clock: Clock): Outcome {
  const { type } = action
  if (error instanceof StartFailedError) {
    const exit = { code: 127, finishedAtMs: clock.wallMs(), error: error.message }
    return { type: 'startFailed', exit, reboots: 'reboots' in action ? action.reboots : 0 }
  }
  if (error instanceof ImageNotFoundError) return { type: 'imageGone' }
  const reason =
    error instanceof ImagePullError && error.reason === 'InvalidImageName'
      ? error.reason
      : waits[type]
  return { type: 'failed', reason, message: explain(error) }
}

/** A fault of ours, too, is told where the tenant looks: the pod waits for it. */
function explain(error: unknown): string {
  if (!(error instanceof BaseError)) return error instanceof Error ? error.message : String(error)
  const cause = error instanceof ImagePullError ? `${error.reason}: ` : ''
  return `${cause}${error.message} ${error.hint ?? ''}`.trim()
}

async function stopIfThere(
  engine: ContainerEngine,
  id: Action<'remove'>['ids'][number],
  graceSeconds: number,
): Promise<void> {
  try {
    await engine.stopContainer(id, graceSeconds)
  } catch (error) {
    if (!(error instanceof ContainerNotFoundError)) throw error
  }
}

const PROGRESS_MS = 2000

function limitProgress(
  clock: Clock,
  tell: (progress: PullProgress) => void,
): (progress: PullProgress) => void {
  let toldMs = clock.steadyMs()
  return (progress) => {
    if (clock.steadyMs() - toldMs < PROGRESS_MS) return
    toldMs = clock.steadyMs()
    tell(progress)
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0)
}
