import type { PodContainer } from '@nexqloud/engine'

import type {
  ContainerStateReport,
  ContainerStatusReport,
  PodStatus,
} from '../protocol/pod-status.ts'
import {
  createContainerMemory,
  healthOf,
  type ContainerMemory,
  type EndedRun,
} from './container-memory.ts'
import type { DesiredPod } from './desired-pod.ts'
import type { PodContainerStatus } from './pod-labels.ts'
import { nextPhase, type PodTurn } from './pod-life.ts'
import { memoryKey } from './reconcile.ts'

/** What a pod's status follows from. */
export type ReportScene = {
  readonly pod: DesiredPod
  /** Its own. */
  readonly containers: readonly PodContainerStatus[]
  readonly memory: ReadonlyMap<string, ContainerMemory>
  readonly previous: PodStatus | undefined
  readonly wallMs: number
}

type Seen = {
  readonly container: PodContainer
  readonly found: PodContainerStatus | undefined
  readonly memory: ContainerMemory
}

/** Messages come from engines, registries and tenants. */
const MOST_MESSAGE = 2048

/** Returns a pod's status in Kubernetes' fields; its phase never goes back from an end. */
export function reportPod({ pod, containers, memory, previous, wallMs }: ReportScene): PodStatus {
  const seen = (pod.spec?.containers ?? []).map((container) => ({
    container,
    found: containers.find((one) => one.container === container.name),
    memory: memory.get(memoryKey(pod, container.name)) ?? createContainerMemory(),
  }))
  const containerStatuses = seen.map(reportContainer)
  const phase = nextPhase(previous?.phase ?? 'Pending', turnOf(pod, seen))
  const areReady = phase === 'Running' && containerStatuses.every(({ ready }) => ready)
  return {
    phase,
    ...(pod.refusal !== undefined && {
      reason: 'PodRefused',
      message: pod.refusal.slice(0, MOST_MESSAGE),
    }),
    startTime: previous?.startTime ?? timeOf(firstStart(containers, wallMs)),
    conditions: conditionsOf(pod.spec !== undefined, areReady).map(([type, isTrue]) => {
      const status = isTrue ? ('True' as const) : ('False' as const)
      const before = previous?.conditions.find((one) => one.type === type)
      if (before?.status === status) return before
      return { type, status, lastTransitionTime: timeOf(wallMs) }
    }),
    containerStatuses,
  }
}

/** An agent that was started anew knows of no status before. */
function firstStart(containers: readonly PodContainerStatus[], wallMs: number): number {
  return Math.min(wallMs, ...containers.map(({ startedAtMs }) => startedAtMs ?? wallMs))
}

function conditionsOf(isAllowed: boolean, areReady: boolean) {
  return [
    ['Initialized', isAllowed],
    ['ContainersReady', areReady],
    ['Ready', areReady],
  ] as const
}

function turnOf({ refusal }: DesiredPod, seen: readonly Seen[]): PodTurn | undefined {
  if (refusal !== undefined) return 'fail'
  const ends = seen.flatMap(({ memory: { end } }) =>
    end?.decision.action === 'stay' ? [end.run] : [],
  )
  if (ends.length === seen.length) {
    return ends.every(({ reason }) => reason === 'Completed') ? 'succeed' : 'fail'
  }
  const haveRun = seen.every(
    ({ found, memory }) =>
      memory.failedStart !== undefined || (found !== undefined && found.state !== 'created'),
  )
  return haveRun ? 'start' : undefined
}

function reportContainer({ container, found, memory }: Seen): ContainerStatusReport {
  const { restart, image } = memory
  const health = found?.state === 'running' ? healthOf(memory, found) : undefined
  const { state, lastState } = statesOf(found, memory)
  return {
    name: container.name,
    image: container.image,
    imageID: image?.digest ?? found?.image ?? '',
    ...(found !== undefined && { containerID: `nexqloud://${found.id}` }),
    ready: health?.isReady === true,
    started: health?.isStarted === true,
    restartCount: restart.restarts,
    state,
    lastState,
  }
}

function statesOf(
  found: PodContainerStatus | undefined,
  { end, trouble, lastRun }: ContainerMemory,
): { readonly state: ContainerStateReport; readonly lastState: ContainerStateReport } {
  const before = lastRun === undefined ? {} : { terminated: reportRun(lastRun) }
  if (found?.state === 'running') {
    return { state: { running: { startedAt: timeOf(found.startedAtMs ?? 0) } }, lastState: before }
  }
  const cause = trouble ?? (end?.decision.action === 'start' ? end.decision.waiting : undefined)
  if (end === undefined) return { state: { waiting: reportWait(cause) }, lastState: before }
  const ended = { terminated: reportRun(end.run) }
  if (cause === undefined) return { state: ended, lastState: before }
  return { state: { waiting: reportWait(cause) }, lastState: ended }
}

type Cause = { readonly reason: string; readonly message: string }

function reportWait(cause: Cause | undefined): Partial<Cause> & Pick<Cause, 'reason'> {
  if (cause === undefined) return { reason: 'ContainerCreating' }
  return { reason: cause.reason, message: cause.message.slice(0, MOST_MESSAGE) }
}

function reportRun({ reason, exitCode, signal, message, startedAtMs, finishedAtMs }: EndedRun) {
  return {
    exitCode,
    reason,
    ...(signal !== undefined && { signal }),
    ...(message !== undefined && { message: message.slice(0, MOST_MESSAGE) }),
    ...(startedAtMs !== undefined && { startedAt: timeOf(startedAtMs) }),
    finishedAt: timeOf(finishedAtMs),
  }
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
