import {
  ContainerNotFoundError,
  type ContainerEngine,
  type ContainerStatus,
} from '@nexqloud/engine'

import { takeSnapshot } from '../agent/snapshot.ts'
import { readPodContainer, type PodContainerStatus } from '../reconcile/pod-labels.ts'

/** What finding out takes. */
export type VisitorParts = {
  readonly engine: Pick<ContainerEngine, 'listContainers' | 'inspectContainer'>
  /** Returns the containers of pods that ran when they were seen last. */
  readonly running: () => readonly PodContainerStatus[]
}

/**
 * Returns whose container has an address now, by the uid of its pod; nothing where that is no pod's, or not one's alone. Addresses are given again as soon as
 * a container has ended, so what was seen before is not believed: the engine is asked.
 */
export async function findVisitor(
  { engine, running }: VisitorParts,
  address: string,
): Promise<string | undefined> {
  const [seen, ...more] = running().filter((container) => container.address === address)
  if (seen !== undefined && more.length === 0) {
    const now = await inspect(engine, seen)
    if (now?.state === 'running' && now.address === address) return seen.uid
  }
  const found = await takeSnapshot({ engine, before: [], onFault: rethrow })
  const [own, ...others] = found.filter(
    (container) => container.state === 'running' && container.address === address,
  )
  return others.length > 0 ? undefined : own?.uid
}

/** Who is not shown may have the address: nobody is told apart by guessing. */
function rethrow(fault: unknown): never {
  throw fault
}

async function inspect(
  engine: VisitorParts['engine'],
  { id, uid }: PodContainerStatus,
): Promise<ContainerStatus | undefined> {
  try {
    const status = await engine.inspectContainer(id)
    return readPodContainer(status)?.uid === uid ? status : undefined
  } catch (failure) {
    if (failure instanceof ContainerNotFoundError) return undefined
    throw failure
  }
}
