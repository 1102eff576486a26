import type { Pod } from './object.ts'

type Container = NonNullable<Pod['spec']>['containers'][number]

/** What a container may use at most where it does not say: nothing runs unbounded on a computer of somebody else. */
const byDefault = { cpu: '500m', memory: '512Mi' }

/** Returns what a container may use at most, in quantities of Kubernetes; what is requested is also the limit where none is given. */
export function limitsOf({ resources }: Container): Readonly<Record<string, string>> {
  return { ...byDefault, ...resources?.requests, ...resources?.limits }
}

/** Returns what is set aside for a container. */
export function requestsOf(container: Container): Readonly<Record<string, string>> {
  return { ...limitsOf(container), ...container.resources?.requests }
}
