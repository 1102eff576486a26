import type { LifeSign } from '../container/container.ts'
import type { ContainerId } from '../container/specification.ts'
import { ContainerNotFoundError } from '../errors.ts'
import type { ContainerAnswer } from './answers.ts'
import { readAddress, readState } from './container-status.ts'
import type { LookAtPort } from './look-at-ports.ts'
import type { LookAtProcess } from './look-at-process.ts'
import type { OwnedContainers } from './owned-containers.ts'

/** What looking at containers takes. */
type LifeSignParts = {
  readonly containers: Pick<OwnedContainers, 'inspect'>
  readonly lookAtProcess: LookAtProcess
  readonly lookAtPort: LookAtPort
  /** Returns whether the network of an address answers at a port, be it with a refusal. */
  readonly reach: (address: string, port: number) => Promise<boolean>
}

type Run = { readonly pid: number; readonly address: string | undefined }

/**
 * Returns the reader of life signs. What the kernel shows counts before what the engine says, and comes first: it is seen without a word to the
 * container or to the engine, so that nobody can wake a container by them, and also while the engine is away.
 */
export function createLifeSignReader({
  containers,
  lookAtProcess,
  lookAtPort,
  reach,
}: LifeSignParts): (id: ContainerId, port: number) => Promise<LifeSign> {
  /** Runs that were seen last. */
  const runs = new Map<ContainerId, Run>()

  async function seeByKernel(id: ContainerId): Promise<'runs' | 'held' | undefined> {
    const run = runs.get(id)
    return run && lookAtProcess(run.pid, id)
  }

  async function askEngine(id: ContainerId): Promise<'runs' | 'held' | 'ended'> {
    const State = await inspect(id)
    if (State === undefined) return 'ended'
    return (await seeByKernel(id)) ?? (State.Status === 'paused' ? 'held' : 'runs')
  }

  /** Returns the state of one that runs, and remembers its run. */
  async function inspect(id: ContainerId): Promise<ContainerAnswer['State'] | undefined> {
    runs.delete(id)
    try {
      const answer = await containers.inspect(id)
      if (readState(answer.State.Status) !== 'running') return undefined
      runs.set(id, { pid: answer.State.Pid ?? 0, address: readAddress(answer) })
      return answer.State
    } catch (failure) {
      if (failure instanceof ContainerNotFoundError) return undefined
      throw failure
    }
  }

  return async (id, port) => {
    const seen = (await seeByKernel(id)) ?? (await askEngine(id))
    if (seen !== 'runs') return seen
    const { pid = 0, address } = runs.get(id) ?? {}
    if (address === undefined || (await reach(address, port))) return 'lives'
    // Whoever lets its own queue fill answers nobody, and runs.
    if (await lookAtPort(pid, port)) return 'lives'
    // It may have another one by now: the next look asks.
    runs.delete(id)
    return 'silent'
  }
}
