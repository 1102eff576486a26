import type { OwnerLimits } from './limits.ts'

/** What tenants may have of a machine. */
export type Offer = { readonly cpuMilli?: number; readonly memoryBytes?: number }

/** Returns what the limits leave of a machine's CPUs and memory; nothing where they leave all. */
export function offerOf(
  { cpuPercent, memoryBytes }: OwnerLimits,
  machine: { readonly cpus: number },
): Offer | undefined {
  if (cpuPercent === undefined && memoryBytes === undefined) return undefined
  return {
    ...(cpuPercent !== undefined && { cpuMilli: Math.floor(machine.cpus * 10 * cpuPercent) }),
    ...(memoryBytes !== undefined && { memoryBytes }),
  }
}
