import type { z } from 'zod'

import { isPublicRegistry } from '../image/public-registry.ts'
import { findImageReference } from '../image/reference.ts'
import { PodRefusedError, type Violation } from './errors.ts'
import { expandedLength } from './expand-variables.ts'
import { podSpec, type PodContainer, type PodSpec } from './pod-schema.ts'
import { portNumberOf } from './specify-probes.ts'

/** Fields that tenants ask for and cannot have, by their path without numbers; the first that fits. */
const remedies = [
  [/\.hostNetwork$/, 'Remove hostNetwork: an instance has an address of its own.'],
  [/\.host(?:PID|IPC|Users|Aliases)$/, 'Remove it: the machine belongs to somebody else.'],
  [/\.privileged$/, 'Remove privileged; what root needs for a service is in capabilities.'],
  [/\.allowPrivilegeEscalation$/, 'Set allowPrivilegeEscalation to false, or remove it.'],
  [
    /\.capabilities\.add/,
    'Add only CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, NET_BIND_SERVICE, SETGID, SETUID or SYS_CHROOT.',
  ],
  [
    /\.(?:hostPath|local|csi|nfs|iscsi|persistentVolumeClaim)$/,
    'Use an emptyDir of medium Memory; paths of the machine cannot be had.',
  ],
  [/\.emptyDir/, 'Give emptyDir the medium Memory and a sizeLimit.'],
  [/\.hostPort$/, 'Remove hostPort: the instance is reached at its own address.'],
  [/\.hostIP$/, 'Remove hostIP: the instance is reached at its own address.'],
  [/Probe\..*\.host$/, 'Remove host: probes go to the container itself.'],
  [/\.grpc$/, 'Probe by httpGet, tcpSocket or exec.'],
  [
    /\.(?:initContainers|ephemeralContainers|lifecycle)$/,
    'Do it in the container before its main process starts.',
  ],
  [/\.(?:valueFrom|envFrom)$/, 'Write the value into env.'],
  [
    /\.(?:seccompProfile|appArmorProfile|seLinuxOptions|windowsOptions|procMount)/,
    'Remove it: every container gets the strictest profile that the engine has.',
  ],
  [/\.sysctls$/, 'Remove sysctls: the kernel belongs to somebody else.'],
  [
    /\.(?:devices|volumeDevices|resourceClaims|claims)$/,
    'Remove it: devices of the machine cannot be had.',
  ],
  [/\.runtimeClassName$/, 'Remove runtimeClassName: the contributor chooses the engine.'],
  [
    /\.serviceAccount(?:Name)?$|\.automountServiceAccountToken$/,
    'Set automountServiceAccountToken to false: no token leaves the control plane.',
  ],
  [
    /\.image$/,
    'Write [registry/]repository[:tag][@sha256:digest], with a registry on the internet.',
  ],
  [/\.resources\./, 'Give limits for cpu and memory, e.g. cpu: 500m, memory: 256Mi.'],
  [/\.resources$/, 'Give resources.limits for cpu and memory, e.g. cpu: 500m, memory: 256Mi.'],
] as const satisfies readonly (readonly [RegExp, string])[]

const USUAL_REMEDY = 'Correct or remove the field.'

/** What differs between networks. */
export type PodPolicy = {
  /** Whether images may come from registries near the device; only where device and tenant are the same person's. */
  readonly allowsNearbyRegistries: boolean
}

/**
 * Returns a pod's specification once it is sure that it asks for nothing but what a tenant may have.
 *
 * @throws {@link PodRefusedError} which names every field that asks for more.
 */
export function parsePod(value: unknown, policy: PodPolicy): PodSpec {
  const read = podSpec.safeParse(value)
  if (!read.success) throw new PodRefusedError(read.error.issues.flatMap(violationsOf))
  const violations = [...findContradictions(read.data), ...findImages(read.data, policy)]
  if (violations.length > 0) throw new PodRefusedError(violations)
  return read.data
}

/** What no field shows alone. */
function findContradictions(pod: PodSpec): readonly Violation[] {
  return pod.containers.flatMap((container, number) => {
    const at = `spec.containers[${number}]`
    const isSecond = pod.containers.findIndex(({ name }) => name === container.name) < number
    return [
      ...(isSecond
        ? [explain(`${at}.name`, `is that of another container: ${container.name}`)]
        : []),
      ...findMissingLimits(container, at),
      ...findLostMounts(pod, container, at),
      ...findRoot(pod, container, at),
      ...findLostPorts(container, at),
      ...findExplosion(container, at),
    ]
  })
}

/** Characters of environment, command and arguments once variables are put in: each variable may repeat those before it. */
const MOST_EXPANDED = 1 << 20

/** A few variables that repeat each other would fill all memory. */
function findExplosion(
  { env = [], command = [], args = [] }: PodContainer,
  at: string,
): readonly Violation[] {
  const lengths = new Map<string, number>()
  for (const { name, value = '' } of env) lengths.set(name, expandedLength(value, lengths))
  const texts = [...command, ...args].map((text) => expandedLength(text, lengths))
  const total = [...lengths.values(), ...texts].reduce((sum, length) => sum + length, 0)
  if (total <= MOST_EXPANDED) return []
  return [explain(`${at}.env`, `has more than ${MOST_EXPANDED} characters once expanded`)]
}

function findImages({ containers }: PodSpec, policy: PodPolicy): readonly Violation[] {
  return containers.flatMap(({ image }, number) => {
    const problem = problemOfImage(image, policy)
    return problem === undefined ? [] : [explain(`spec.containers[${number}].image`, problem)]
  })
}

function problemOfImage(image: string, { allowsNearbyRegistries }: PodPolicy): string | undefined {
  const reference = findImageReference(image)
  if (reference === undefined) return 'is not the name of an image'
  const { registry } = reference
  if (allowsNearbyRegistries || isPublicRegistry(registry)) return undefined
  return `names a registry that is not on the internet: ${registry}`
}

function findMissingLimits({ resources }: PodContainer, at: string): readonly Violation[] {
  return (['cpu', 'memory'] as const)
    .filter((resource) => (resources.limits[resource] ?? 0) <= 0)
    .map((resource) => explain(`${at}.resources.limits.${resource}`, 'is missing'))
}

function findLostMounts(
  { volumes = [] }: PodSpec,
  { volumeMounts = [] }: PodContainer,
  at: string,
): readonly Violation[] {
  const names = new Set(volumes.map(({ name }) => name))
  return volumeMounts.flatMap(({ name }, mount) =>
    names.has(name)
      ? []
      : [explain(`${at}.volumeMounts[${mount}].name`, `is none of the volumes: ${name}`)],
  )
}

function findLostPorts(container: PodContainer, at: string): readonly Violation[] {
  return (['startupProbe', 'livenessProbe', 'readinessProbe'] as const).flatMap((kind) => {
    const { httpGet, tcpSocket } = container[kind] ?? {}
    const port = (httpGet ?? tcpSocket)?.port
    if (port === undefined || portNumberOf(container, port) !== undefined) return []
    const handler = httpGet === undefined ? 'tcpSocket' : 'httpGet'
    return [explain(`${at}.${kind}.${handler}.port`, `is the name of no port: ${port}`)]
  })
}

/** The engine does not look whether an image's user is root, so the user has to be named. */
function findRoot(
  { securityContext: ofPod = {} }: PodSpec,
  { securityContext = {} }: PodContainer,
  at: string,
): readonly Violation[] {
  const { runAsUser = ofPod.runAsUser ?? 0, runAsNonRoot = ofPod.runAsNonRoot ?? false } =
    securityContext
  if (!runAsNonRoot || runAsUser !== 0) return []
  return [explain(`${at}.securityContext.runAsUser`, 'is needed by runAsNonRoot, and not to be 0')]
}

function violationsOf(issue: z.core.$ZodIssue): readonly Violation[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => explain(fieldOf([...issue.path, key]), 'cannot be asked for'))
  }
  return [explain(fieldOf(issue.path), problemOf(issue))]
}

function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'custom' || issue.code === 'invalid_format') return issue.message
  if (issue.code === 'invalid_value') return `may only be ${issue.values.join(', ')}`
  return issue.message.replace(/^Invalid input: /, '').replace(/^Too/, 'is too')
}

function explain(field: string, problem: string): Violation {
  const [, remedy = USUAL_REMEDY] = remedies.find(([pattern]) => pattern.test(field)) ?? []
  return { field, problem, remedy }
}

function fieldOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (field, key) => (typeof key === 'number' ? `${field}[${key}]` : `${field}.${printable(key)}`),
    'spec',
  )
}

/** Names come from the tenant, and go to logs and terminals. */
function printable(key: PropertyKey): string {
  return String(key)
    .slice(0, 64)
    .replaceAll(/[^\x20-\x7e]/g, '?')
}
