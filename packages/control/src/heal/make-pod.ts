import { limitsOf, requestsOf } from '../object/container-limits.ts'
import { annotations } from '../object/names.ts'
import type { Pod } from '../object/object.ts'
import type { Instance } from './instance.ts'

type Spec = Instance['spec']['template']['spec']

/**
 * Returns the pod of an instance: its name stays, its token rises, where it failed lately goes with it, and what it may have stands in
 * it, also where the instance does not say.
 */
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
    spec: withLimits(template.spec),
  }
}

function withLimits(spec: Spec): Spec {
  const { containers, initContainers } = spec
  return {
    ...spec,
    // A template is what its writer made of it; what is no pod is refused by the API.
    ...(Array.isArray(containers) && { containers: containers.map(withResources) }),
    ...(Array.isArray(initContainers) && { initContainers: initContainers.map(withResources) }),
  }
}

function withResources(container: Spec['containers'][number]): Spec['containers'][number] {
  if (typeof container !== 'object' || container === null) return container
  const [limits, requests] = [limitsOf(container), requestsOf(container)]
  return { ...container, resources: { ...container.resources, limits, requests } }
}
