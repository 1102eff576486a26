import type { ContainerEngine } from '@nexqloud/engine'

import type { OwnerMinder } from './owner-minder.ts'

/** Returns an engine whose containers are held to what the owner allows as soon as they run, not at the next look. */
export function holdEngine(
  engine: ContainerEngine,
  minder: Pick<OwnerMinder, 'hold'>,
): ContainerEngine {
  return {
    ...engine,
    startContainer: async (id) => {
      await engine.startContainer(id)
      minder.hold()
    },
  }
}
