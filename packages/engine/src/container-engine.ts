import type {
  Container,
  ContainerEvent,
  ContainerStats,
  ContainerStatus,
  ExecRequest,
  ExecSession,
  LifeSign,
  LogRequest,
  OutputChunk,
} from './container/container.ts'
import type { ContainerId, ContainerSpecification } from './container/specification.ts'
import type { Image, ImageId, PullRequest } from './image/image.ts'

/** What a machine can run. */
export type EngineInformation = {
  readonly name: 'docker' | 'podman' | 'memory'
  readonly version: string
  /** As Go names it: `amd64`, `arm64`. */
  readonly architecture: string
  readonly cpus: number
  readonly memoryBytes: number
  /** The control group that all of the owner's containers are in, below the root of each controller; absent where there is none. */
  readonly tenantGroup?: string
}

/** A network that containers are put in. */
export type NetworkSpecification = {
  /** Unique among all networks of the engine. */
  readonly name: string
  /** Whether its containers reach the internet; where not, only each other and whoever dials from the machine itself. */
  readonly hasInternet: boolean
}

/** A network of ours. */
export type Network = NetworkSpecification & {
  /** The interface that the machine sees it by: `tn` and 13 hex digits, the first five of which are its owner's. */
  readonly bridge: string
}

/**
 * A container engine, seen by one owner: everything is done to the containers, networks and images that carry the owner's
 * mark, and to nothing else that is on the machine. What is not the owner's counts as not there.
 *
 * Every method may throw {@link EngineUnreachableError}, after which it may be called again, and
 * {@link EngineFailedError}.
 */
export type ContainerEngine = {
  readonly information: () => Promise<EngineInformation>

  /**
   * Brings an image. One that is pinned by a digest, was pulled before and is public is not asked for again; any other
   * is, so that nobody gets a private image without its credentials.
   *
   * @throws {@link ImagePullError} with a reason; the reason of its signal where that aborts.
   */
  readonly pullImage: (request: PullRequest) => Promise<Image>
  /** Returns the images that were pulled here, and not those of the machine's owner. */
  readonly listImages: () => Promise<readonly Image[]>
  /** Gives an image up; one that a container uses stays on the disk as long. Does nothing where it is not there. */
  readonly removeImage: (id: ImageId) => Promise<void>

  /**
   * Makes a network, unless it is there already.
   *
   * @throws {@link NameTakenError} where the name is somebody else's; {@link RangeTakenError} where no addresses are left for it.
   */
  readonly createNetwork: (network: NetworkSpecification) => Promise<Network>
  readonly listNetworks: () => Promise<readonly Network[]>
  /**
   * Removes a network, if it is there.
   *
   * @throws {@link NetworkInUseError} where containers are in it.
   */
  readonly removeNetwork: (name: string) => Promise<void>

  /**
   * Makes a container that does not run yet.
   *
   * @throws {@link NameTakenError}, {@link ImageNotFoundError}, {@link NetworkNotFoundError},
   * {@link ContainerNotFoundError} where it shall share the network of one that is not there.
   */
  readonly createContainer: (specification: ContainerSpecification) => Promise<ContainerId>
  /**
   * Starts a container, unless it runs; one that has exited runs anew, on the files that it left.
   *
   * @throws {@link ContainerNotFoundError}, {@link StartFailedError} where its command cannot be run.
   */
  readonly startContainer: (id: ContainerId) => Promise<void>
  /**
   * Asks a container to end (SIGTERM, or what its image says), kills it after the grace, and resolves when it has ended.
   * Does nothing where it does not run.
   *
   * @throws {@link ContainerNotFoundError}
   */
  readonly stopContainer: (id: ContainerId, graceSeconds: number) => Promise<void>
  /** Kills a container and removes it with its files. Does nothing where it is not there. */
  readonly removeContainer: (id: ContainerId) => Promise<void>
  /** Returns the containers that have all of these labels, running or not. */
  readonly listContainers: (
    labels?: Readonly<Record<string, string>>,
  ) => Promise<readonly Container[]>
  /** @throws {@link ContainerNotFoundError} */
  readonly inspectContainer: (id: ContainerId) => Promise<ContainerStatus>

  /**
   * Yields what a container wrote, over all of its runs, as fast as it is read.
   *
   * @throws {@link ContainerNotFoundError}
   */
  readonly readLogs: (id: ContainerId, request: LogRequest) => AsyncIterable<OutputChunk>
  /**
   * Runs a command in a container.
   *
   * @throws {@link ContainerNotFoundError}, {@link ContainerStateError} where it does not run.
   */
  readonly exec: (id: ContainerId, request: ExecRequest) => Promise<ExecSession>
  /** @throws {@link ContainerNotFoundError}, {@link ContainerStateError} where it does not run. */
  readonly readStats: (id: ContainerId) => Promise<ContainerStats>
  /**
   * Looks at a container itself, whatever the engine takes it for: at its processes, and then at its network, by asking at a TCP port. Whether anybody
   * listens there is all the same. Of one that has no address of its own, the network is not asked. One that is not there has ended.
   */
  readonly readLifeSign: (id: ContainerId, port: number) => Promise<LifeSign>
  /**
   * Resolves once nothing is missed any more, and yields from then on until the signal aborts. It does not survive the
   * engine: after an {@link EngineUnreachableError}, watch anew, then list.
   */
  readonly watchEvents: (signal: AbortSignal) => Promise<AsyncIterable<ContainerEvent>>
}
