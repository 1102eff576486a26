import type {
  Capability,
  ContainerNetwork,
  ContainerSpecification,
} from '../container/specification.ts'
import type { ImageId } from '../image/image.ts'
import { expandVariables } from './expand-variables.ts'
import type { PodContainer, PodSpec } from './pod-schema.ts'

/** What a pod's container needs beside what the pod says. */
export type ContainerSurroundings = {
  /** Its name at the engine. */
  readonly name: string
  /** The image that was pulled for it. */
  readonly image: ImageId
  readonly network: ContainerNetwork
  readonly labels: Readonly<Record<string, string>>
  /** Where its volumes appear, where it may have some. */
  readonly volumesFolder?: string | undefined
}

/** What images that begin as root and serve as somebody else need; `drop: [ALL]` takes it away. */
const usual: readonly Capability[] = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'KILL',
  'NET_BIND_SERVICE',
  'SETGID',
  'SETUID',
]

/** Processes and threads of a container; Kubernetes has no field for it. */
const MOST_PROCESSES = 1024

/** Returns what to ask of the engine for one container of a pod. */
export function specifyContainer(
  pod: PodSpec,
  container: PodContainer,
  { name, image, network, labels, volumesFolder }: ContainerSurroundings,
): ContainerSpecification {
  const { command, args, workingDir, tty, resources, securityContext } = container
  const variables = variablesOf(container)
  const expand = (text: string): string => expandVariables(text, variables)
  const user = userOf(pod, container)
  return {
    name,
    image,
    network,
    labels,
    limits: {
      cpuMilli: resources.limits.cpu ?? 0,
      memoryBytes: wholeOf(resources.limits.memory ?? 0),
      pids: MOST_PROCESSES,
    },
    capabilities: capabilitiesOf(container),
    readOnlyRootFilesystem: securityContext?.readOnlyRootFilesystem ?? false,
    tmpfs: tmpfsOf(pod, container),
    env: Object.fromEntries(variables),
    ...(command !== undefined && { command: command.map(expand) }),
    ...(args !== undefined && { args: args.map(expand) }),
    ...(pod.hostname !== undefined && { hostname: pod.hostname }),
    ...(workingDir !== undefined && { workingDir }),
    ...(user !== undefined && { user }),
    ...(tty !== undefined && { tty }),
    ...(volumesFolder !== undefined && { volumesFolder }),
  }
}

/** Each may name those before it. */
function variablesOf({ env = [] }: PodContainer): ReadonlyMap<string, string> {
  const variables = new Map<string, string>()
  for (const { name, value = '' } of env) variables.set(name, expandVariables(value, variables))
  return variables
}

function capabilitiesOf({ securityContext }: PodContainer): readonly Capability[] {
  const { add = [], drop = [] } = securityContext?.capabilities ?? {}
  const kept = drop.includes('ALL') ? [] : usual.filter((capability) => !drop.includes(capability))
  return [...new Set([...kept, ...add])]
}

function userOf(
  { securityContext: ofPod = {} }: PodSpec,
  container: PodContainer,
): string | undefined {
  const { runAsUser = ofPod.runAsUser, runAsGroup = ofPod.runAsGroup } =
    container.securityContext ?? {}
  if (runAsUser === undefined) return undefined
  return runAsGroup === undefined ? `${runAsUser}` : `${runAsUser}:${runAsGroup}`
}

function tmpfsOf({ volumes = [] }: PodSpec, { volumeMounts = [] }: PodContainer) {
  return volumeMounts.flatMap(({ name, mountPath }) =>
    volumes
      .filter((volume) => volume.name === name)
      .map(({ emptyDir }) => ({ path: mountPath, sizeBytes: wholeOf(emptyDir.sizeLimit) })),
  )
}

function wholeOf(milli: number): number {
  return Math.ceil(milli / 1000)
}
