import type { ContainerCreateOptions, HostConfig } from 'dockerode'

import {
  VOLUMES_PATH,
  type ContainerNetwork,
  type ContainerSpecification,
} from '../container/specification.ts'
import { macOf } from './container-mac.ts'

/** The label by which an owner knows its containers and networks. */
export const OWNER_LABEL = 'cloud.nexqloud.owner'

/** What is kept of a container's output: the last file and the one before. */
const LOG_FILE_BYTES = 10 * 1024 * 1024
const LOG_FILES = 2

/** Kubelet's: within each such period of all CPUs a container runs as long as its quota. Microseconds; the kernel takes no smaller quota. */
const CPU_PERIOD_US = 100_000
const LEAST_QUOTA_US = 1000

/** Whose container it is, and what it may ask of the kernel. */
export type Confinement = {
  readonly owner: string
  /** A seccomp profile as the engine takes it; the engine's default where it is left out. */
  readonly seccompProfile?: string | undefined
  /** The control group that it is made in; the engine's own where it is left out. */
  readonly cgroupParent?: string | undefined
  /** See {@link Dialect.mountsWhole}; true where it is left out. */
  readonly mountsWhole?: boolean
}

/**
 * Returns what to ask of the engine for a container, so that it can do no more than its specification says: no
 * privileges, none to be had later, nothing of the machine's files but the folder of its volumes, nothing of its devices, processes or network, and
 * every resource bounded. The engine neither restarts nor probes it; both are done by whoever drives the engine.
 */
export function createContainerOptions(
  specification: ContainerSpecification,
  confinement: Confinement,
): ContainerCreateOptions {
  const { image, command, args, env = {}, workingDir, user, tty = false, network } = specification
  const { hostname } = specification
  return {
    name: specification.name,
    Image: image,
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    Tty: tty,
    ...(command !== undefined && { Entrypoint: [...command] }),
    ...(args !== undefined && { Cmd: [...args] }),
    ...(workingDir !== undefined && { WorkingDir: workingDir }),
    ...(hostname !== undefined && network.kind !== 'container' && { Hostname: hostname }),
    ...(user !== undefined && { User: user }),
    Labels: { ...specification.labels, [OWNER_LABEL]: confinement.owner },
    Healthcheck: { Test: ['NONE'] },
    HostConfig: hostConfigOf(specification, confinement),
    ...(network.kind === 'bridge' && endpointOf(specification.name, network)),
  }
}

/** The firewall knows a container by its link address. Older Dockers take that for a container, newer ones and Podman for its place in a network. */
function endpointOf(
  container: string,
  { name, aliases = [] }: Extract<ContainerNetwork, { readonly kind: 'bridge' }>,
) {
  const MacAddress = macOf(container)
  return {
    MacAddress,
    NetworkingConfig: { EndpointsConfig: { [name]: { Aliases: [...aliases], MacAddress } } },
  }
}

/** The types of dockerode lack one field of the API. */
type ConfinedHostConfig = HostConfig & { readonly CgroupnsMode: 'private' }

function hostConfigOf(
  {
    network,
    limits,
    capabilities,
    readOnlyRootFilesystem = false,
    tmpfs = [],
    volumesFolder,
  }: ContainerSpecification,
  { seccompProfile, cgroupParent, mountsWhole = true }: Confinement,
): ConfinedHostConfig {
  return {
    Privileged: false,
    CapDrop: ['ALL'],
    CapAdd: [...capabilities],
    SecurityOpt: [
      'no-new-privileges',
      ...(seccompProfile === undefined ? [] : [`seccomp=${seccompProfile}`]),
    ],
    CgroupnsMode: 'private',
    ...(cgroupParent !== undefined && { CgroupParent: cgroupParent }),
    IpcMode: 'private',
    NetworkMode: networkModeOf(network),
    // Ports below 1024 are nobody's privilege in a network of one's own; Docker does so by itself, Podman does not.
    ...(network.kind !== 'container' && {
      Sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0' },
    }),
    ReadonlyRootfs: readOnlyRootFilesystem,
    Tmpfs: Object.fromEntries(
      tmpfs.map(({ path, sizeBytes }) => [
        path,
        `rw,exec,nosuid,nodev,mode=1777,size=${sizeBytes}`,
      ]),
    ),
    ...(volumesFolder !== undefined && giveFolder(volumesFolder, mountsWhole)),
    Memory: limits.memoryBytes,
    // As much as the memory: no swap beyond it.
    MemorySwap: limits.memoryBytes,
    // As kubelet does: `NanoCpus` is refused where it is more than the machine has, and a limit may be that.
    CpuPeriod: CPU_PERIOD_US,
    CpuQuota: Math.max(LEAST_QUOTA_US, (limits.cpuMilli * CPU_PERIOD_US) / 1000),
    PidsLimit: limits.pids,
    RestartPolicy: { Name: 'no' },
    LogConfig: {
      Type: 'json-file',
      Config: { 'max-size': `${LOG_FILE_BYTES}`, 'max-file': `${LOG_FILES}` },
    },
  }
}

/**
 * What is mounted below the folder on the machine appears in the container, and nothing the other way round. The folder itself is read only, or a tenant would fill the
 * machine's disk beside the volumes, and lay links where the next volume is mounted; the volumes in it are not.
 */
function giveFolder(folder: string, mountsWhole: boolean): Pick<HostConfig, 'Mounts' | 'Binds'> {
  if (!mountsWhole) return { Binds: [`${folder}:${VOLUMES_PATH}:ro,rslave`] }
  // What Docker 20 does not know it passes over, and does.
  const options = { Propagation: 'rslave', ReadOnlyNonRecursive: true } as const
  const [Source, Target] = [folder, VOLUMES_PATH]
  return { Mounts: [{ Type: 'bind', Source, Target, ReadOnly: true, BindOptions: options }] }
}

function networkModeOf(network: ContainerNetwork): string {
  if (network.kind === 'bridge') return network.name
  return network.kind === 'none' ? 'none' : `container:${network.id}`
}
