import {
  ContainerNotFoundError,
  ContainerStateError,
  type ContainerEngine,
  type ContainerId,
  type ContainerStats,
} from '@nexqloud/engine'
import type { Clock } from '@nexqloud/kernel'

import type { Usage } from '../protocol/usage.ts'
import type { PodContainerStatus } from '../reconcile/pod-labels.ts'

/** What something has used since any moment, and what it holds now. */
export type Load = Pick<ContainerStats, 'cpuNanoseconds' | 'memoryBytes'>

/** What a meter stands on. */
export type MeterParts = {
  readonly engine: Pick<ContainerEngine, 'readStats'>
  /** Of the whole machine. */
  readonly readLoad: () => Load
  readonly clock: Pick<Clock, 'steadyMs' | 'wallMs'>
}

/** What was there at a moment. */
type Sample = {
  readonly atMs: number
  readonly machine: Load
  readonly containers: readonly (PodContainerStatus & { readonly load: Load })[]
}

/** Engines answer one question after the other anyway. */
const AT_ONCE = 4

/** Sees what is used between two looks; asks the engine nothing where no container runs. */
export class UsageMeter {
  readonly #parts: MeterParts
  #before: Sample | undefined

  constructor(parts: MeterParts) {
    this.#parts = parts
  }

  /** Returns what was used since the look before; nothing at the first one. */
  async read(running: readonly PodContainerStatus[]): Promise<Usage | undefined> {
    const { clock, readLoad } = this.#parts
    const containers = await this.#readContainers(running)
    const after = { atMs: clock.steadyMs(), machine: readLoad(), containers }
    const before = this.#before
    this.#before = after
    return before && usageBetween(before, after, clock.wallMs())
  }

  /** Forgets the look before: nobody listens. */
  reset(): void {
    this.#before = undefined
  }

  async #readContainers(running: readonly PodContainerStatus[]): Promise<Sample['containers']> {
    const found: Sample['containers'][number][] = []
    for (let next = 0; next < running.length; next += AT_ONCE) {
      const some = running.slice(next, next + AT_ONCE)
      const loads = await Promise.all(some.map(({ id }) => this.#readIfRunning(id)))
      some.forEach((container, index) => {
        const load = loads[index]
        if (load !== undefined) found.push({ ...container, load })
      })
    }
    return found
  }

  async #readIfRunning(id: ContainerId): Promise<Load | undefined> {
    try {
      return await this.#parts.engine.readStats(id)
    } catch (error) {
      if (error instanceof ContainerNotFoundError || error instanceof ContainerStateError) {
        return undefined
      }
      throw error
    }
  }
}

/** Returns what was used between two moments; a container that was started in between is left out. */
function usageBetween(before: Sample, after: Sample, wallMs: number): Usage {
  const windowMs = Math.max(1, after.atMs - before.atMs)
  const use = (from: Load, to: Load) => ({
    cpuMilli: Math.max(
      0,
      Math.round(Number(to.cpuNanoseconds - from.cpuNanoseconds) / windowMs / 1000),
    ),
    memoryBytes: to.memoryBytes,
  })
  const measured = after.containers.flatMap((container) => {
    const from = before.containers.find(
      ({ id, startedAtMs }) => id === container.id && startedAtMs === container.startedAtMs,
    )
    return from === undefined ? [] : [{ container, used: use(from.load, container.load) }]
  })
  const pods = Map.groupBy(measured, ({ container: { uid } }) => uid)
  return {
    at: new Date(wallMs).toISOString(),
    windowMs,
    node: use(before.machine, after.machine),
    pods: [...pods].map(([uid, found]) => ({
      uid,
      namespace: found[0]?.container.namespace ?? '',
      name: found[0]?.container.name ?? '',
      containers: found.map(({ container, used }) => ({ name: container.container, ...used })),
    })),
  }
}
