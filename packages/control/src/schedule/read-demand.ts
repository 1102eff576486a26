import {
  addResources,
  largestResources,
  noResources,
  parseQuantity,
  type Demand,
  type Failure,
  type Resources,
} from '@nexqloud/rules'
import { z } from 'zod'

import { limitsOf, requestsOf } from '../object/container-limits.ts'
import { annotations } from '../object/names.ts'
import type { Pod } from '../object/object.ts'

type Container = NonNullable<Pod['spec']>['containers'][number]

/** What a pod wants, or the field by which it wants something that nobody here gives. */
export type ReadDemand =
  | { readonly demand: Demand; readonly unsupported?: undefined }
  | { readonly unsupported: string; readonly demand?: undefined }

/** Returns what a pod wants of a device. */
export function podToDemand(pod: Pod): ReadDemand {
  const { spec = { containers: [] } } = pod
  const unsupported = unsupportedField(pod)
  if (unsupported !== undefined) return { unsupported }
  return {
    demand: {
      asked: askedOf(pod),
      coresMilli: coresOf(pod),
      labels: spec.nodeSelector ?? {},
      tolerations: (spec.tolerations ?? []).map(({ key, operator, value, effect }) => ({
        key: key ?? '',
        operator: operator === 'Exists' ? 'Exists' : 'Equal',
        value: value ?? '',
        effect: effect ?? '',
      })),
      failures: failuresOf(pod),
    },
  }
}

/**
 * Returns what a pod takes of its device: all containers together, or the largest of those that run before them, beside the
 * sidecars among these.
 */
export function askedOf({ spec }: Pick<Pod, 'spec'>): Resources {
  const initial = spec?.initContainers ?? []
  const isSidecar = ({ restartPolicy }: Container) => restartPolicy === 'Always'
  const sidecars = sumOf(initial.filter(isSidecar))
  const first = initial.filter((each) => !isSidecar(each)).map(demandOf)
  const most = largestResources(
    sumOf(spec?.containers ?? []),
    first.reduce(largestResources, noResources),
  )
  const overhead = readRequests(spec?.overhead ?? {})
  return { ...addResources(addResources(most, sidecars), overhead), pods: 1 }
}

/** Returns the largest limit of a container: what it may use at once. */
function coresOf({ spec }: Pod): number {
  const all = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]
  return Math.max(0, ...all.map((each) => readRequests(limitsOf(each)).cpuMilli))
}

function sumOf(containers: readonly Container[]): Resources {
  return containers.map(demandOf).reduce(addResources, noResources)
}

const demandOf = (container: Container): Resources => readRequests(requestsOf(container))

function readRequests(requests: Readonly<Record<string, string>>): Resources {
  const whole = (name: string) => parseQuantity(requests[name] ?? '', 'whole', 'up') ?? 0
  return {
    cpuMilli: parseQuantity(requests['cpu'] ?? '', 'milli', 'up') ?? 0,
    memoryBytes: whole('memory'),
    diskBytes: whole('ephemeral-storage'),
    pods: 0,
  }
}

const resourceNames = new Set(['cpu', 'memory', 'ephemeral-storage'])

/** A wish that is passed over in silence is worse than one that is refused. */
function unsupportedField({ spec }: Pod): string | undefined {
  const wishes: readonly (readonly [field: string, isThere: boolean])[] = [
    ['spec.affinity', Object.keys(spec?.affinity ?? {}).length > 0],
    [
      'spec.topologySpreadConstraints',
      (spec?.topologySpreadConstraints ?? []).some(
        ({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule',
      ),
    ],
    ['spec.resourceClaims', (spec?.resourceClaims ?? []).length > 0],
  ]
  return wishes.find(([, isThere]) => isThere)?.[0] ?? unsupportedResource(spec)
}

function unsupportedResource(spec: Pod['spec']): string | undefined {
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]
  const names = containers.flatMap(({ resources }) =>
    Object.keys({ ...resources?.limits, ...resources?.requests }),
  )
  const unknown = names.find((name) => !resourceNames.has(name))
  return unknown && `resources.requests[${unknown}]`
}

const failureList = z.array(
  z.object({ device: z.string(), reason: z.string(), untilMs: z.number() }),
)

/** Returns where a pod failed before, as its annotation says; nothing where that is none of ours. */
function failuresOf({ metadata = {} }: Pick<Pod, 'metadata'>): readonly Failure[] {
  try {
    const parsed: unknown = JSON.parse(metadata.annotations?.[annotations.failures] ?? '[]')
    return failureList.parse(parsed)
  } catch {
    return []
  }
}
