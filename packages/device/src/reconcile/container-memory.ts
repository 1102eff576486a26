import { isDeepStrictEqual } from 'node:util'

import {
  createRestartState,
  nextBackOffMs,
  terminationOf,
  type ContainerExit,
  type HealthReport,
  type ImageId,
  type RestartDecision,
  type RestartState,
  type Termination,
} from '@nexqloud/engine'

import { runOf, type PodContainerStatus } from './pod-labels.ts'

/** Something that failed and is tried again. */
export type Trouble = {
  /** In kubelet's words: `ImagePullBackOff`, `CreateContainerError`. */
  readonly reason: string
  readonly message: string
  readonly delayMs: number
  /** When it is tried again, on the steady clock. */
  readonly untilMs: number
}

/** A run that is over. */
export type EndedRun = Termination & {
  readonly startedAtMs?: number
  readonly finishedAtMs: number
}

/** Returns a run that is over, of what the engine says of its end. */
export function endedRunOf(exit: ContainerExit, startedAtMs: number | undefined): EndedRun {
  const { finishedAtMs } = exit
  return { ...terminationOf(exit), finishedAtMs, ...(startedAtMs !== undefined && { startedAtMs }) }
}

/** How often a container was started again. */
export type Restarts = RestartState & {
  /** The last reboot that was done, or that a start came after. */
  readonly reboots?: number
  /** The last reboot that was begun: written down before its container is ended. */
  readonly begunReboot?: number
}

/** What the engine does not know of a container. */
export type ContainerMemory = {
  /** The image that was pulled for it. */
  readonly image?: { readonly name: string; readonly id: ImageId; readonly digest: string }
  readonly trouble?: Trouble
  readonly restart: Restarts
  /** Why it could not be started. */
  readonly failedStart?: ContainerExit
  /** What follows from the end of its last run, and when. */
  readonly end?: {
    readonly run: EndedRun
    readonly decision: RestartDecision
    readonly atMs: number
  }
  /** The end before its present run. */
  readonly lastRun?: EndedRun
  /** What the probes of a run say: they may see it before whoever starts it is told that it has begun. */
  readonly health?: Pick<HealthReport, 'isStarted' | 'isReady' | 'failed'> & {
    readonly run: string
  }
}

/** How an attempt to do something for a container ended. */
export type Outcome =
  | { readonly type: 'pulled'; readonly image: NonNullable<ContainerMemory['image']> }
  | { readonly type: 'created' }
  /** Somebody removed the image since it was pulled. */
  | { readonly type: 'imageGone' }
  /** It was removed, since another image is wanted. */
  | { readonly type: 'replaced' }
  | { readonly type: 'started'; readonly reboots: number }
  /** It is about to be asked to end, and started again as it is. */
  | { readonly type: 'rebooting'; readonly reboots: number }
  /** It was asked to end, and started again as it was. */
  | { readonly type: 'rebooted'; readonly reboots: number; readonly run: EndedRun | undefined }
  | { readonly type: 'stopped' }
  | { readonly type: 'startFailed'; readonly reboots: number; readonly exit: ContainerExit }
  | { readonly type: 'failed'; readonly reason: string; readonly message: string }

/** Returns what is known of a container of which nothing is known but its restarts. */
export function createContainerMemory(restart: Restarts = createRestartState()): ContainerMemory {
  return { restart }
}

/** Returns what is remembered once a probe was tried: the same where that told nothing new, as it mostly does. */
export function rememberHealth(
  memory: ContainerMemory,
  health: NonNullable<ContainerMemory['health']>,
): ContainerMemory {
  return isDeepStrictEqual(memory.health, health) ? memory : { ...memory, health }
}

/** Returns what the probes of a container's present run say. */
export function healthOf(
  { health }: Pick<ContainerMemory, 'health'>,
  container: Pick<PodContainerStatus, 'id' | 'startedAtMs'>,
): ContainerMemory['health'] {
  return health?.run === runOf(container) ? health : undefined
}

/** Returns what is known after an attempt. */
export function rememberOutcome(
  memory: ContainerMemory,
  outcome: Outcome,
  nowMs: number,
): ContainerMemory {
  const { type } = outcome
  if (type === 'failed') {
    return { ...memory, trouble: nextTrouble(memory.trouble, outcome, nowMs) }
  }
  if (type === 'started' || type === 'startFailed') return beginRun(memory, outcome)
  if (type === 'rebooting') {
    return { ...memory, restart: { ...memory.restart, begunReboot: outcome.reboots } }
  }
  if (type === 'rebooted') return countReboot(memory, outcome)
  if (type === 'pulled') return { ...withoutTrouble(memory), image: outcome.image }
  if (type === 'imageGone') return withoutImage(memory)
  if (type === 'replaced') return countReplacement(memory)
  return withoutTrouble(memory)
}

type Begun = Extract<Outcome, { readonly type: 'started' | 'startFailed' }>

function beginRun(memory: ContainerMemory, outcome: Begun): ContainerMemory {
  const { image, end, lastRun, health } = memory
  const ended = end?.run ?? lastRun
  return {
    restart: doneWith(outcome.reboots, startedState(memory, outcome)),
    ...(image !== undefined && { image }),
    ...(ended !== undefined && { lastRun: ended }),
    ...(health !== undefined && { health }),
    ...(outcome.type === 'startFailed' && { failedStart: outcome.exit }),
  }
}

function startedState({ restart, end }: ContainerMemory, { reboots }: Begun): Restarts {
  if (end?.decision.action === 'start') return end.decision.state
  // Its reboot was begun by who died before it was started.
  const isRebooted = restart.begunReboot === reboots && restart.reboots !== reboots
  return isRebooted ? countRestart(restart) : restart
}

/** What is started needs no reboot that was asked for before. */
function doneWith(reboots: number, restart: Restarts): Restarts {
  return reboots === 0 || reboots === restart.reboots ? restart : { ...restart, reboots }
}

function nextTrouble(
  before: Trouble | undefined,
  { reason, message }: Extract<Outcome, { readonly type: 'failed' }>,
  nowMs: number,
): Trouble {
  const delayMs = nextBackOffMs(before?.delayMs ?? 0)
  const told = `${message} It is tried again in ${delayMs / 1000} s.`
  return { reason, message: told, delayMs, untilMs: nowMs + delayMs }
}

function withoutTrouble(memory: ContainerMemory): ContainerMemory {
  const { trouble: _, ...kept } = memory
  return kept
}

/** One that was wanted: nothing is waited for. */
function countRestart(restart: Restarts): Restarts {
  return { ...restart, restarts: restart.restarts + 1, nextDelayMs: 0 }
}

/** As kubelet counts it. */
function countReplacement({ image, restart }: ContainerMemory): ContainerMemory {
  return {
    restart: countRestart(restart),
    ...(image !== undefined && { image }),
  }
}

function countReboot(
  { image, restart, health }: ContainerMemory,
  { reboots, run }: Extract<Outcome, { readonly type: 'rebooted' }>,
): ContainerMemory {
  return {
    restart: { ...countRestart(restart), reboots },
    ...(run !== undefined && { lastRun: run }),
    ...(image !== undefined && { image }),
    ...(health !== undefined && { health }),
  }
}

function withoutImage(memory: ContainerMemory): ContainerMemory {
  const { image: _, ...kept } = memory
  return kept
}
