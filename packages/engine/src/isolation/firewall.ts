import type { ContainerEgress } from './egress-rules.ts'
import { formatNetworkTable, type NetworkTable } from './network-table.ts'

/** What keeps tenants' packets off the machine and its network. */
export type Firewall = {
  /**
   * Puts a table in place of the owner's one before, in one step; may be repeated at any time.
   *
   * @throws {@link FirewallFailedError}
   */
  readonly apply: (table: NetworkTable) => Promise<void>
  /** Whether an owner's table is in place: whoever flushes the machine's rules takes it away, too. */
  readonly isApplied: (owner: string) => Promise<boolean>
  /** As {@link isApplied}, at hardly any cost: asked often. False where it cannot be told so. */
  readonly seemsApplied: (owner: string) => Promise<boolean>
  /** Takes an owner's table away, if it is there. */
  readonly remove: (owner: string) => Promise<void>
}

/** A firewall that is none, and tells what it was given. */
export type MemoryFirewall = Firewall & {
  /** Returns where an owner's containers may send; nothing where the owner has no table. */
  readonly egressOf: (owner: string) => readonly ContainerEgress[] | undefined
  /** Returns which address of the internet is closed to an owner's containers. */
  readonly lineOf: (owner: string) => string | undefined
}

/** Returns a firewall that nothing passes through, for tests. */
export function createMemoryFirewall(): MemoryFirewall {
  const owners = new Map<string, NetworkTable>()
  return {
    apply: async (table) => {
      formatNetworkTable(table)
      owners.set(table.owner, table)
    },
    isApplied: async (owner) => owners.has(owner),
    seemsApplied: async (owner) => owners.has(owner),
    remove: async (owner) => void owners.delete(owner),
    egressOf: (owner) => {
      const table = owners.get(owner)
      return table && (table.egress ?? [])
    },
    lineOf: (owner) => owners.get(owner)?.line,
  }
}
