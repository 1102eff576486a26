import type { Kind, kinds } from '@nexqloud/kube'

/** A Lease of Kubernetes, as it travels. */
export type Lease = typeof kinds.leases extends Kind<infer Type> ? Type : never

/** Returns a time as Kubernetes' `MicroTime` is written. */
export function toMicroTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z')
}
