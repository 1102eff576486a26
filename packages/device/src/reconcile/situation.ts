import { decideRestart, type PodContainer, type PodSpec } from '@nexqloud/engine'

import { endedRunOf, healthOf, type ContainerMemory } from './container-memory.ts'
import type { PodContainerStatus } from './pod-labels.ts'

/** Where a container of a wanted pod stands. */
export type Situation =
  /** Its image is to be brought. */
  | 'unpulled'
  | 'absent'
  /** It was made of another image, and the one that is wanted is here. */
  | 'changed'
  | 'created'
  | 'running'
  /** It is to be started again, as it is. */
  | 'rebooting'
  /** A probe says that it has to be restarted. */
  | 'unhealthy'
  /** The container whose network it shares was restarted since: it is in a network that is no more. */
  | 'strayed'
  /** It has ended, and is to be started now. */
  | 'due'
  /** For a back-off, or for the container whose network it shares. */
  | 'waiting'
  /** The engine does not say how it is: nothing is done to it but to remove it. */
  | 'unclear'
  /** It has ended for good. */
  | 'finished'

type ContainerScene = {
  readonly spec: PodSpec
  readonly container: PodContainer
  readonly found: PodContainerStatus | undefined
  /** Whose network it shares; undefined where it has its own. */
  readonly holder: PodContainerStatus | 'absent' | undefined
  readonly memory: ContainerMemory
  /** Which of its reboots is the last that was asked for; 0 where none was. */
  readonly reboots: number
  readonly nowMs: number
}

type Seen = {
  readonly situation: Situation
  readonly memory: ContainerMemory
  readonly wakeMs?: number
}

/** Returns where a container stands, and what is decided of its end where it has ended. */
export function situationOf(scene: ContainerScene): Seen {
  const { found, memory, nowMs } = scene
  if (found?.isUnclear === true) return { situation: 'unclear', memory }
  const untilMs = memory.trouble?.untilMs ?? nowMs
  if (hasChanged(scene)) {
    if (untilMs > nowMs) return { situation: 'waiting', memory, wakeMs: untilMs }
    return { situation: isPulled(scene) ? 'changed' : 'unpulled', memory }
  }
  if (found?.state === 'running') return { situation: runningSituation(scene, found), memory }
  if (untilMs > nowMs) return { situation: 'waiting', memory, wakeMs: untilMs }
  return restingSituation(scene)
}

function restingSituation(scene: ContainerScene): Seen {
  const { found, memory } = scene
  const hasEnded = found?.exit !== undefined || memory.failedStart !== undefined
  if (found !== undefined && hasEnded) return endedSituation(scene)
  if (!hasNetwork(scene)) return { situation: 'waiting', memory }
  if (found !== undefined) return { situation: 'created', memory }
  return { situation: isPulled(scene) ? 'absent' : 'unpulled', memory }
}

function hasChanged({ found, container }: ContainerScene): boolean {
  return found?.imageName !== undefined && found.imageName !== container.image
}

function isPulled({ memory, container }: ContainerScene): boolean {
  return memory.image?.name === container.image
}

/** Another number than the last one asks for one reboot: a tenant may say any. */
function isRebootDue({ reboots, memory }: ContainerScene): boolean {
  return reboots > 0 && reboots !== memory.restart.reboots
}

function runningSituation(scene: ContainerScene, found: PodContainerStatus): Situation {
  const { holder, memory, nowMs } = scene
  if (isRebootDue(scene) && (memory.trouble?.untilMs ?? nowMs) <= nowMs) return 'rebooting'
  if (healthOf(memory, found)?.failed !== undefined) return 'unhealthy'
  const isStrayed =
    typeof holder === 'object' &&
    holder.state === 'running' &&
    (holder.startedAtMs ?? 0) > (found.startedAtMs ?? 0)
  return isStrayed ? 'strayed' : 'running'
}

function endedSituation(scene: ContainerScene): Seen {
  // Somebody died between its end and its next start. What ended for good before is not revived by a reboot.
  const isBegun = scene.memory.restart.begunReboot === scene.reboots
  if (scene.memory.end === undefined && isBegun && isRebootDue(scene)) {
    return { situation: hasNetwork(scene) ? 'due' : 'waiting', memory: scene.memory }
  }
  const memory = { ...scene.memory, end: scene.memory.end ?? decideEnd(scene) }
  const { decision, atMs } = memory.end
  if (decision.action === 'stay') return { situation: 'finished', memory }
  // Who asks for a reboot waits for no back-off.
  if (atMs > scene.nowMs && !isRebootDue(scene)) {
    return { situation: 'waiting', memory, wakeMs: atMs }
  }
  return { situation: hasNetwork(scene) ? 'due' : 'waiting', memory }
}

function decideEnd({ spec, found, memory, nowMs }: ContainerScene) {
  const exit = memory.failedStart ?? found?.exit ?? { code: 0, finishedAtMs: 0 }
  const startedAtMs = memory.failedStart === undefined ? found?.startedAtMs : undefined
  const run = endedRunOf(exit, startedAtMs)
  const ranMs = Math.max(0, run.finishedAtMs - (startedAtMs ?? run.finishedAtMs))
  const policy = spec.restartPolicy ?? 'Always'
  const decision = decideRestart(policy, { termination: run, ranMs }, memory.restart)
  return { run, decision, atMs: nowMs + (decision.action === 'start' ? decision.afterMs : 0) }
}

function hasNetwork({ holder }: ContainerScene): boolean {
  return holder === undefined || (holder !== 'absent' && holder.state === 'running')
}
