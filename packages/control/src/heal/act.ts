import type { Clock } from '@nexqloud/kernel'
import { isRefusedForGood, kinds, StatusError, type KubeClient } from '@nexqloud/kube'

import { METER } from '../meter/actor.ts'
import { endUnpaid } from '../object/end-unpaid.ts'
import { isSettled, nameOf, toIso, toJson, uidOf, type Pod } from '../object/object.ts'
import type { EventRecorder } from '../object/record-event.ts'
import { delayMs, podBackOff, rememberFailure } from './failure-memory.ts'
import { instances, type Instance, type Stop } from './instance.ts'
import { makePod } from './make-pod.ts'
import type { Action, Cause } from './plan.ts'
import { endedWaits, waitsAfter } from './waits.ts'

/** Who writes on behalf of healing. */
export const HEALER = 'nexqloud-healer'

/** Who stops instances on purpose: whoever may write them. */
const USER = 'user'

/** Milliseconds until a pod that the API has refused is tried again: somebody may have put its template right. */
const REFUSED_MS = 30_000

/** What acting needs. */
export type HealBench = {
  readonly client: KubeClient
  readonly clock: Clock
  readonly record: EventRecorder
}

/** Does what a plan says; returns in how many milliseconds to look again. What has changed meanwhile comes again by itself. */
export async function act(bench: HealBench, action: Action): Promise<number | undefined> {
  try {
    return await perform(bench, action)
  } catch (failure) {
    if (!isSettled(failure)) throw failure
    return undefined
  }
}

async function perform(bench: HealBench, action: Action): Promise<number | undefined> {
  const { client, clock } = bench
  if (action.do === 'create') {
    const waitMs = action.notBeforeMs - clock.wallMs()
    // A longer one was written by a clock that was wrong.
    if (waitMs > 0 && waitMs <= podBackOff.mostMs) return waitMs
    await startPod(bench, action.instance)
  }
  if (action.do === 'replace') await replacePod(bench, action)
  if (action.do === 'move') await movePod(bench, action)
  if (action.do === 'halt') await haltPod(bench, action)
  if (action.do === 'freeze') await freezePod(bench, action)
  if (action.do === 'fail') await failPod(bench, action)
  if (action.do === 'remove') await deletePod(client, action.pod, { gracePeriodSeconds: 0 })
  if (action.do === 'end') await deletePod(client, action.pod, {})
  return undefined
}

/**
 * The token rises before the pod is there: a crash in between wastes one, and never uses one twice. It does not where no pod can be made: each rise
 * brings the instance back at once.
 */
async function startPod(bench: HealBench, instance: Instance): Promise<void> {
  const { client, clock } = bench
  const { namespace = '' } = instance.metadata ?? {}
  const fencingToken = (instance.status?.fencingToken ?? 0) + 1
  const pod = makePod(instance, { fencingToken, nowMs: clock.wallMs() })
  const written = await writeStatus(client, instance, { fencingToken })
  try {
    await client.create(kinds.pods, { namespace }, pod)
  } catch (failure) {
    if (isSettled(failure) || !(failure instanceof StatusError)) throw failure
    await tellRefusal(bench, written, failure.message)
    if (!isRefusedForGood(failure)) throw failure
  }
}

async function tellRefusal(
  { client, clock, record }: HealBench,
  instance: Instance,
  message: string,
): Promise<void> {
  await writeStatus(client, instance, { notBeforeMs: clock.wallMs() + REFUSED_MS })
  const refused = { type: 'Warning', reason: 'FailedCreate', message } as const
  await record({ ...instance, kind: 'Instance' }, refused)
}

/** Writes what is remembered of an instance, if nobody has written it since. */
function writeStatus(
  client: KubeClient,
  instance: Instance,
  status: NonNullable<Instance['status']>,
): Promise<Instance> {
  const { resourceVersion = '' } = instance.metadata ?? {}
  const body = toJson({ metadata: { resourceVersion }, status })
  return client.patch(instances, nameOf(instance, 'status'), { type: 'merge', body })
}

/** The memory is written first: a crash in between finds the pod again, and only takes it away. */
async function replacePod(
  bench: HealBench,
  { instance, pod, cause }: Extract<Action, { readonly do: 'replace' }>,
): Promise<void> {
  const { client, clock } = bench
  const nowMs = clock.wallMs()
  const { failures = [], failedPods = 0 } = instance.status ?? {}
  const device = pod.spec?.nodeName ?? ''
  const inARow = cause.isPodFailure ? failedPods + 1 : 0
  const status = {
    failures: rememberFailure(failures, { device, reason: cause.cause }, nowMs),
    failedPods: inARow,
    notBeforeMs: cause.isPodFailure ? nowMs + delayMs(podBackOff, inARow) : 0,
    waits: waitsAfter(instance, { pod, cause: cause.cause, nowMs }),
    lastStop: stopOf(pod, cause, {
      actor: cause.isPodFailure ? `device/${device}` : HEALER,
      nowMs,
    }),
  }
  await writeStatus(client, instance, status)
  await tellStop(bench, pod, cause)
  await deletePod(client, pod, { gracePeriodSeconds: 0 })
}

async function movePod(
  bench: HealBench,
  { instance, pod, cause }: Extract<Action, { readonly do: 'move' }>,
): Promise<void> {
  const device = pod.spec?.nodeName ?? ''
  if (instance !== undefined) {
    const nowMs = bench.clock.wallMs()
    const lastStop = stopOf(pod, cause, { actor: `device/${device}`, nowMs })
    const waits = waitsAfter(instance, { pod, cause: cause.cause, nowMs })
    await writeStatus(bench.client, instance, { notBeforeMs: 0, waits, lastStop })
  }
  await tellStop(bench, pod, cause)
  await deletePod(bench.client, pod, {})
}

/** What failed before is forgiven: who starts it again does not wait. */
async function haltPod(
  bench: HealBench,
  { instance, pod, cause }: Extract<Action, { readonly do: 'halt' }>,
): Promise<void> {
  const nowMs = bench.clock.wallMs()
  const lastStop = stopOf(pod, cause, { actor: USER, nowMs })
  const waits = endedWaits(instance, pod, nowMs)
  await writeStatus(bench.client, instance, { failedPods: 0, notBeforeMs: 0, waits, lastStop })
  const message = `Stopped: ${cause.evidence}`
  await bench.record({ ...pod, kind: 'Pod' }, { type: 'Normal', reason: cause.cause, message })
  await deletePod(bench.client, pod, {})
}

async function freezePod(
  bench: HealBench,
  { instance, pod, cause }: Extract<Action, { readonly do: 'freeze' }>,
): Promise<void> {
  if (instance.status?.lastStop?.pod !== uidOf(pod)) {
    const lastStop = stopOf(pod, cause, { actor: METER, nowMs: bench.clock.wallMs() })
    await writeStatus(bench.client, instance, { failedPods: 0, notBeforeMs: 0, lastStop })
    await tellStop(bench, pod, cause)
  }
  await endUnpaid(bench.client, pod)
}

function stopOf(
  pod: Pod,
  { cause, evidence }: Cause,
  { actor, nowMs }: { readonly actor: string; readonly nowMs: number },
): Stop {
  const device = pod.spec?.nodeName ?? ''
  return { cause, actor, evidence, device, pod: uidOf(pod), at: toIso(nowMs) }
}

async function failPod(
  bench: HealBench,
  { pod, cause }: Extract<Action, { readonly do: 'fail' }>,
): Promise<void> {
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: cause.cause,
    message: `${HEALER}: ${cause.evidence}`,
    lastTransitionTime: toIso(bench.clock.wallMs()),
  }
  const { uid = '' } = pod.metadata ?? {}
  const message = `The pod was stopped because ${cause.evidence}.`
  const status = { phase: 'Failed', reason: cause.cause, message, conditions: [condition] }
  const body = { metadata: { uid }, status }
  await bench.client.patch(kinds.pods, nameOf(pod, 'status'), { type: 'strategic', body })
  await tellStop(bench, pod, cause)
}

async function tellStop(
  { record }: HealBench,
  pod: Pod,
  { cause, evidence }: Cause,
): Promise<void> {
  const message = `Stopped: ${evidence}`
  await record({ ...pod, kind: 'Pod' }, { type: 'Warning', reason: cause, message })
}

async function deletePod(
  client: KubeClient,
  pod: Pod,
  deletion: { readonly gracePeriodSeconds?: number },
): Promise<void> {
  const preconditions = { uid: uidOf(pod) }
  await client.delete(kinds.pods, nameOf(pod), { ...deletion, preconditions })
}
