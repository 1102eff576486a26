import { ContainerNotFoundError, type ContainerEngine, type ContainerId } from '@nexqloud/engine'

import { readPodContainer, type PodContainerStatus } from '../reconcile/pod-labels.ts'

/** Returns the containers of pods, as they are now. */
export async function takeSnapshot(
  engine: Pick<ContainerEngine, 'listContainers' | 'inspectContainer'>,
): Promise<readonly PodContainerStatus[]> {
  const listed = await engine.listContainers()
  const found = await Promise.all(listed.map(({ id }) => inspectIfThere(engine, id)))
  return found.filter((container) => container !== undefined)
}

async function inspectIfThere(
  engine: Pick<ContainerEngine, 'inspectContainer'>,
  id: ContainerId,
): Promise<PodContainerStatus | undefined> {
  try {
    return readPodContainer(await engine.inspectContainer(id))
  } catch (error) {
    if (error instanceof ContainerNotFoundError) return undefined
    throw error
  }
}
