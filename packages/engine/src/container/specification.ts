import type { ImageId } from '../image/image.ts'

/** A container's full id: 64 hex digits. */
export type ContainerId = string & { readonly _: 'ContainerId' }

/** Parts of root's power that a tenant may have; names of capabilities(7) without `CAP_`. */
export const CAPABILITIES = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'NET_BIND_SERVICE',
  'SETGID',
  'SETUID',
  'SYS_CHROOT',
] as const

export type Capability = (typeof CAPABILITIES)[number]

/** Where a container's packets go. */
export type ContainerNetwork =
  /** A network of {@link ContainerEngine.createNetwork}, where others reach it by these names. */
  | { readonly kind: 'bridge'; readonly name: string; readonly aliases?: readonly string[] }
  /** That of another container: they meet on 127.0.0.1. */
  | { readonly kind: 'container'; readonly id: ContainerId }
  | { readonly kind: 'none' }

/** What a container may use at most. */
export type ResourceLimits = {
  readonly memoryBytes: number
  /** Thousandths of a CPU. */
  readonly cpuMilli: number
  /** Processes and threads. */
  readonly pids: number
}

/**
 * A container, as a tenant may have it. What is not in here cannot be asked of the engine: privileges, paths and devices
 * of the host but the one folder of its volumes, its network.
 */
export type ContainerSpecification = {
  /** Unique among all containers of the engine. */
  readonly name: string
  readonly image: ImageId
  /** Instead of the image's entry point. */
  readonly command?: readonly string[]
  /** Instead of the image's command. */
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly workingDir?: string
  /** What it calls itself; in another's network it has that one's name. */
  readonly hostname?: string
  /** `uid` or `uid:gid`; the image's where it is left out. */
  readonly user?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly network: ContainerNetwork
  readonly limits: ResourceLimits
  /** All others are taken from it. */
  readonly capabilities: readonly Capability[]
  readonly readOnlyRootFilesystem?: boolean
  /** Folders in memory, which count against the memory limit. */
  readonly tmpfs?: readonly { readonly path: string; readonly sizeBytes: number }[]
  readonly tty?: boolean
  /**
   * The folder of {@link VolumeStore.openFolder} that it gets at {@link VOLUMES_PATH}: what is attached there later appears in it. Whoever drives the
   * engine gives it; nothing that a tenant writes becomes it.
   */
  readonly volumesFolder?: string
}

/** Where a container finds its volumes: `/dev/sdf` is `/mnt/sdf`. */
export const VOLUMES_PATH = '/mnt'
