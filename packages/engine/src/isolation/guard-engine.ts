import type { ContainerEngine } from '../container-engine.ts'
import type { TenantWall } from './tenant-wall.ts'

/**
 * Returns an engine that starts no container unless the owner's table is in place: where it is not, or somebody has
 * flushed it, it is put there first.
 *
 * Its `startContainer` throws {@link FirewallFailedError}, too.
 */
export function guardEngine(
  engine: ContainerEngine,
  wall: Pick<TenantWall, 'raise'>,
): ContainerEngine {
  return {
    ...engine,
    startContainer: async (id) => {
      await wall.raise()
      await engine.startContainer(id)
    },
  }
}
