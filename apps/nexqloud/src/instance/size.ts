import { instanceTypes } from '@nexqloud/rules'

/** What a container is given: quantities of Kubernetes. */
export type Resources = {
  readonly requests: Readonly<Record<'cpu' | 'memory', string>>
  readonly limits: Readonly<Record<'cpu' | 'memory', string>>
}

/** What an instance is given whose size nobody said: what a t3.nano has, and less that it may use at most. */
export const usualResources: Resources = {
  requests: { cpu: '100m', memory: '512Mi' },
  limits: { cpu: '500m', memory: '512Mi' },
}

/** The names of sizes, for whoever mistypes one. */
export const sizeNames: readonly string[] = [...instanceTypes.keys()]

/** Returns what a size gives; nothing where there is none of this name. */
export function resourcesOf(name: string): Resources | undefined {
  const type = instanceTypes.get(name)
  if (type === undefined) return undefined
  const memory = `${type.memoryMi}Mi`
  return {
    requests: { cpu: `${type.baselineMilli / 1000}`, memory },
    limits: { cpu: `${type.cpuMilli / 1000}`, memory },
  }
}
