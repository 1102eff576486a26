import type { OwnerConditions } from './conditions.ts'

/** What a machine tells of its owner, and of how it is. */
export type OwnerSigns = {
  /**
   * Returns how it is now. Called twice a second; what costs more is looked at less often. The load is that since the call
   * before the last, so that it is of one second.
   *
   * `tenantCpuMicroseconds` is what tenants have used since any moment.
   */
  readonly read: (tenantCpuMicroseconds: number) => SeenConditions
}

/** What signs say; the rest is the device's own knowledge. */
export type SeenConditions = Omit<OwnerConditions, 'memoryBytes' | 'volumeBytes'>

/** Signs that a test gives. */
export type MemoryOwnerSigns = OwnerSigns & { readonly show: (conditions: SeenConditions) => void }

/** Returns signs in memory. */
export function createMemoryOwnerSigns(shown: SeenConditions = {}): MemoryOwnerSigns {
  let conditions = shown
  return {
    read: () => conditions,
    show: (next) => {
      conditions = next
    },
  }
}
