import {
  ContainerNotFoundError,
  EngineFailedError,
  type Container,
  type ContainerEngine,
} from '@nexqloud/engine'

import { readPodContainer, type PodContainerStatus } from '../reconcile/pod-labels.ts'

type SnapshotParts = {
  readonly engine: Pick<ContainerEngine, 'listContainers' | 'inspectContainer'>
  /** What was seen last. */
  readonly before: readonly PodContainerStatus[]
  readonly onFault: (fault: unknown) => void
}

/** Returns the containers of pods, as they are now. One that the engine cannot show keeps nobody from seeing the others. */
export async function takeSnapshot({
  engine,
  before,
  onFault,
}: SnapshotParts): Promise<readonly PodContainerStatus[]> {
  const look = async (listed: Container): Promise<PodContainerStatus | undefined> => {
    try {
      return readPodContainer(await engine.inspectContainer(listed.id))
    } catch (error) {
      if (error instanceof ContainerNotFoundError) return undefined
      if (!(error instanceof EngineFailedError)) throw error
      onFault(error)
      return recall(listed, before)
    }
  }
  const found = await Promise.all((await engine.listContainers()).map(look))
  return found.filter((container) => container !== undefined)
}

function recall(
  listed: Container,
  before: readonly PodContainerStatus[],
): PodContainerStatus | undefined {
  const known = before.find(({ id, state }) => id === listed.id && state === listed.state)
  if (known !== undefined) return known
  const found = readPodContainer(listed)
  return found && { ...found, isUnclear: true }
}
