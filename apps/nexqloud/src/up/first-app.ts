import { get } from 'node:http'

import { instances, isConditionTrue, isHalted, type Instance, type Pod } from '@nexqloud/control'
import { BaseError, type Clock } from '@nexqloud/kernel'
import { kinds, StatusError, type KubeClient } from '@nexqloud/kube'
import { answerOf } from '@nexqloud/tunnel'

import { usualResources } from '../instance/size.ts'
import { FirstAppError, FirstAppStoppedError } from './errors.ts'

/** What launching the first app takes. */
export type FirstAppParts = {
  readonly client: KubeClient
  readonly image: string
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Told why it does not answer yet. */
  readonly onWait: (why: string) => void
}

/** The instance that `up` launches. */
export const FIRST_APP = { namespace: 'default', name: 'first-app' }
/** Pulling an image may take minutes. */
const WITHIN_MS = 300_000
const LOOK_MS = 200
const ANSWER_MS = 5000

/**
 * Launches the first app, or takes it as it is, and returns its URL once that answers.
 *
 * @throws {@link FirstAppError}; {@link FirstAppStoppedError} where somebody wanted it stopped.
 */
export async function launchFirstApp(parts: FirstAppParts): Promise<string> {
  const { clock, signal, onWait } = parts
  if (await isStopped(parts)) throw new FirstAppStoppedError()
  await makeInstance(parts)
  const untilMs = clock.steadyMs() + WITHIN_MS
  for (;;) {
    signal.throwIfAborted()
    const { address, why } = await look(parts)
    const url = `http://${address}/`
    if (address !== undefined && (await isAnswered(url, signal))) return url
    if (clock.steadyMs() > untilMs) throw new FirstAppError(why)
    onWait(why)
    await clock.delay(LOOK_MS, signal)
  }
}

async function isStopped({ client }: FirstAppParts): Promise<boolean> {
  try {
    return isHalted(await client.get(instances, FIRST_APP))
  } catch (failure) {
    // It is not there yet, or nobody knows what it is.
    if (!isPassing(failure)) throw failure
    return false
  }
}

/** What its image is may have changed since the last `up`. */
async function makeInstance({ client, image, clock, signal }: FirstAppParts): Promise<void> {
  const ports = [{ containerPort: 80 }]
  const containers = [{ name: 'main', image, ports, resources: usualResources }]
  const template = { spec: { schedulerName: 'nexqloud', containers } }
  const instance: Instance = { metadata: { name: FIRST_APP.name }, spec: { template } }
  for (;;) {
    try {
      return void (await client.create(instances, { namespace: FIRST_APP.namespace }, instance))
    } catch (failure) {
      if (!(failure instanceof StatusError)) throw failure
      if (failure.reason === 'AlreadyExists') break
      // The masternode has only just begun to define what an instance is.
      if (failure.kind !== 'notFound') throw failure
    }
    signal.throwIfAborted()
    await clock.delay(LOOK_MS, signal)
  }
  const now = await client.get(instances, FIRST_APP)
  if (now.spec.template.spec.containers[0]?.image === image) return
  await client.patch(instances, FIRST_APP, { type: 'merge', body: { spec: { template } } })
  await client.delete(kinds.pods, FIRST_APP).catch((failure: unknown) => {
    if (!(failure instanceof StatusError && failure.kind === 'notFound')) throw failure
  })
}

type Status = NonNullable<Pod['status']>
type Look = { readonly address: string | undefined; readonly why: string }

async function look({ client }: FirstAppParts): Promise<Look> {
  try {
    const pod = await client.get(kinds.pods, FIRST_APP)
    const { status = {} } = pod
    const address = isConditionTrue(pod, 'Ready') ? status.podIP : undefined
    return { address, why: reasonOf(status) }
  } catch (failure) {
    // A masternode that is just started again is away for a moment.
    if (!isPassing(failure)) throw failure
    return { address: undefined, why: 'its pod is being made' }
  }
}

/** Whether asking again may help. */
export function isPassing(failure: unknown): boolean {
  return failure instanceof BaseError && ['notFound', 'unavailable'].includes(failure.kind)
}

function reasonOf({ conditions = [], containerStatuses = [], phase = 'Pending' }: Status): string {
  const { waiting, terminated } = containerStatuses[0]?.state ?? {}
  const { message, reason } = waiting ?? terminated ?? {}
  return message ?? reason ?? messageOfPlacement(conditions) ?? phase
}

function messageOfPlacement(conditions: NonNullable<Status['conditions']>): string | undefined {
  return conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False')
    ?.message
}

async function isAnswered(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)])
    const asked = get(url, { agent: false, signal: limit })
    const response = await answerOf(asked)
    response.destroy()
    return response.statusCode === 200
  } catch {
    return false
  }
}
