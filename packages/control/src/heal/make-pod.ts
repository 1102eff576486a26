import { annotations } from '../object/names.ts'
import type { Pod } from '../object/object.ts'
import type { Instance } from './instance.ts'

/** Returns the pod of an instance: its name stays, its token rises, and where it failed lately goes with it. */
export function makePod(
  { metadata = {}, spec: { template }, status = {} }: Instance,
  { fencingToken, nowMs }: { readonly fencingToken: number; readonly nowMs: number },
): Pod {
  const { name = '', namespace = '', uid = '' } = metadata
  const failures = (status.failures ?? []).filter(({ untilMs }) => untilMs > nowMs)
  const owner = { apiVersion: 'nexqloud.io/v1', kind: 'Instance', name, uid, controller: true }
  return {
    metadata: {
      name,
      namespace,
      labels: template.metadata?.labels ?? {},
      annotations: {
        ...template.metadata?.annotations,
        [annotations.fencingToken]: String(fencingToken),
        ...(failures.length > 0 && { [annotations.failures]: JSON.stringify(failures) }),
      },
      ownerReferences: [owner],
    },
    spec: template.spec,
  }
}
