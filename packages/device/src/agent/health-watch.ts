import {
  specifyProbes,
  watchHealth,
  type ContainerEngine,
  type HealthReport,
  type PodContainer,
  type Prober,
  type Probes,
  type ProbeTarget,
} from '@nexqloud/engine'
import type { Clock } from '@nexqloud/kernel'

import type { DesiredPod } from '../reconcile/desired-pod.ts'
import { runOf, type PodContainerStatus } from '../reconcile/pod-labels.ts'

/** Returns what tries the probes of a container; nothing where containers are imitated, which are well as long as they run. */
export type ProberFactory = (target: ProbeTarget) => Prober | undefined

type HealthParts = {
  readonly engine: Pick<ContainerEngine, 'exec'>
  readonly clock: Clock
  readonly createProber: ProberFactory
}

type Watched = {
  readonly container: PodContainerStatus
  readonly specified: PodContainer
  readonly address: string
}

/** The probes of all containers that run. */
export class HealthWatch {
  readonly #parts: HealthParts
  readonly #onReport: (container: PodContainerStatus, report: HealthReport) => void
  /** By container and the start of its run. */
  readonly #watched = new Map<string, AbortController>()

  constructor(
    parts: HealthParts,
    onReport: (container: PodContainerStatus, report: HealthReport) => void,
  ) {
    this.#parts = parts
    this.#onReport = onReport
  }

  /**
   * Watches the runs of now, and no others. Of a pod that is busy none is begun to be watched: a run is remembered once its start
   * has returned, and what was learnt of it before would be lost.
   */
  follow(
    desired: readonly DesiredPod[],
    containers: readonly PodContainerStatus[],
    isBusy: (container: PodContainerStatus) => boolean,
  ): void {
    const running = containers.filter(({ state }) => state === 'running')
    const runs = new Map(running.map((one) => [runOf(one), one]))
    for (const [run, stop] of this.#watched) {
      if (runs.has(run)) continue
      stop.abort()
      this.#watched.delete(run)
    }
    for (const [run, container] of runs) {
      // Its containers share an address, which the first one has; without it none can be probed.
      const address = running.find((one) => one.uid === container.uid && one.address)?.address
      if (address === undefined || this.#watched.has(run) || isBusy(container)) continue
      const spec = desired.find(({ uid }) => uid === container.uid)?.spec
      const specified = spec?.containers.find(({ name }) => name === container.container)
      if (specified !== undefined) this.#watch(run, { container, specified, address })
    }
  }

  /** Watches nothing any more. */
  stop(): void {
    for (const stop of this.#watched.values()) stop.abort()
    this.#watched.clear()
  }

  #watch(run: string, { container, specified, address }: Watched): void {
    const stop = new AbortController()
    this.#watched.set(run, stop)
    const { engine, clock, createProber } = this.#parts
    const prober = createProber({
      address,
      exec: (command) => engine.exec(container.id, { command }),
    })
    const ageMs = Math.max(0, clock.wallMs() - (container.startedAtMs ?? clock.wallMs()))
    const options = {
      ...(prober === undefined
        ? { probes: {}, prober: passes }
        : { probes: shortenDelays(specifyProbes(specified), ageMs), prober }),
      clock,
      signal: stop.signal,
    }
    void watchHealth(options, (report) => {
      if (!stop.signal.aborted) this.#onReport(container, report)
    })
  }
}

const passes: Prober = async () => ({ passed: true, message: '' })

/** A container that an agent finds running has had a part of the delay behind it. */
function shortenDelays(probes: Probes, ageMs: number): Probes {
  return Object.fromEntries(
    Object.entries(probes).map(([kind, probe]) => [
      kind,
      { ...probe, initialDelayMs: probe.initialDelayMs - ageMs },
    ]),
  )
}
