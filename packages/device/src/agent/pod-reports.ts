import type { Clock } from '@nexqloud/kernel'

import type { PodReport } from '../protocol/pod-status.ts'
import type { ContainerMemory } from '../reconcile/container-memory.ts'
import type { DesiredPod } from '../reconcile/desired-pod.ts'
import type { PodContainerStatus } from '../reconcile/pod-labels.ts'
import { reportPod } from '../reconcile/report-pod.ts'

type Reported = {
  readonly report: PodReport
  /** When it was last seen running; undefined where it was not. */
  readonly runningSinceMs: number | undefined
}

/** What was last told of each pod. */
export class PodReports {
  readonly #clock: Clock
  readonly #listener: { readonly onReport: (report: PodReport) => void }
  #reported: ReadonlyMap<string, Reported> = new Map()

  constructor(clock: Clock, listener: { readonly onReport: (report: PodReport) => void }) {
    this.#clock = clock
    this.#listener = listener
  }

  /** Tells of the pods whose status is another one than before. */
  update(
    desired: readonly DesiredPod[],
    containers: readonly PodContainerStatus[],
    memory: ReadonlyMap<string, ContainerMemory>,
  ): void {
    const before = this.#reported
    this.#reported = new Map(
      desired.map((pod) => {
        const own = containers.filter(({ uid }) => uid === pod.uid)
        return [pod.uid, this.#see(pod, own, memory)]
      }),
    )
    for (const [uid, { report }] of this.#reported) {
      if (hasChanged(before.get(uid)?.report, report)) this.#listener.onReport(report)
    }
  }

  /** Tells of all pods again. */
  repeat(): void {
    for (const { report, runningSinceMs } of this.#reported.values()) {
      const seconds = this.#secondsSince(runningSinceMs)
      this.#listener.onReport({ ...report, secondsRunning: report.secondsRunning + seconds })
    }
  }

  #see(
    pod: DesiredPod,
    containers: readonly PodContainerStatus[],
    memory: ReadonlyMap<string, ContainerMemory>,
  ): Reported {
    const { namespace, name, uid, token } = pod
    const before = this.#reported.get(uid)
    const previous = before?.report.status
    const wallMs = this.#clock.wallMs()
    const status = reportPod({ pod, containers, memory, previous, wallMs })
    const isRunning = containers.some(({ state }) => state === 'running')
    const secondsRunning =
      (before?.report.secondsRunning ?? 0) +
      (isRunning ? this.#secondsSince(before?.runningSinceMs) : 0)
    return {
      report: { namespace, name, uid, token, status, secondsRunning },
      runningSinceMs: isRunning ? this.#clock.steadyMs() : undefined,
    }
  }

  /** A run whose end was seen only now is not counted from its last sight on: nobody saw it. */
  #secondsSince(sinceMs: number | undefined): number {
    return sinceMs === undefined ? 0 : (this.#clock.steadyMs() - sinceMs) / 1000
  }
}

function hasChanged(before: PodReport | undefined, after: PodReport): boolean {
  if (before === undefined || before.token !== after.token) return true
  return JSON.stringify(before.status) !== JSON.stringify(after.status)
}
