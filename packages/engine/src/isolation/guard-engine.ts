import type { ContainerEngine } from '../container-engine.ts'
import type { Firewall } from './firewall.ts'
import type { NetworkTable } from './network-table.ts'

/**
 * Returns an engine that starts no container unless the owner's table is in place: where it is not, or somebody has
 * flushed it, it is put there first.
 *
 * Its `startContainer` throws {@link FirewallFailedError}, too.
 */
export function guardEngine(
  engine: ContainerEngine,
  { firewall, table }: { readonly firewall: Firewall; readonly table: NetworkTable },
): ContainerEngine {
  return {
    ...engine,
    startContainer: async (id) => {
      if (!(await firewall.isApplied(table.owner))) await firewall.apply(table)
      await engine.startContainer(id)
    },
  }
}
