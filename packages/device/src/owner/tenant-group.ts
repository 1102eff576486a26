import type { Allowance } from './allowance.ts'

/** What all tenants together get. */
export type GroupShare = Pick<Allowance, 'cpuShare' | 'weight'> & {
  /** Absent where it is not limited. */
  readonly memoryBytes?: number | undefined
}

/** What all tenants together have used since any moment, and hold now; zeros where nothing has run yet. */
export type GroupUse = {
  readonly cpuMicroseconds: () => number
  /** Without what the kernel would give back at once. It costs the kernel more than the rest. */
  readonly memoryBytes: () => number
}

/** The control group that all of a device's containers are in. */
export type TenantGroup = {
  /**
   * Gives tenants that share, from now on, and to containers that come; may be called as often as one likes, and puts back what
   * somebody else has changed. A memory limit below what is held waits until less is.
   *
   * @throws {@link GroupFailedError}
   */
  readonly give: (share: GroupShare) => void
  readonly use: GroupUse
  /** Takes the group away, if nothing is in it. */
  readonly remove: () => void
}

/** A group that is none: for machines and tests without control groups. */
export type MemoryTenantGroup = TenantGroup & {
  readonly given: () => GroupShare | undefined
  readonly spend: (use: { readonly cpuMicroseconds: number; readonly memoryBytes: number }) => void
}

/** Returns a group in memory. */
export function createMemoryTenantGroup(): MemoryTenantGroup {
  let given: GroupShare | undefined
  let used = { cpuMicroseconds: 0, memoryBytes: 0 }
  return {
    give: (share) => {
      given = share
    },
    use: { cpuMicroseconds: () => used.cpuMicroseconds, memoryBytes: () => used.memoryBytes },
    remove: () => {
      given = undefined
    },
    given: () => given,
    spend: (use) => {
      used = use
    },
  }
}
