import { createHash } from 'node:crypto'

import type { Clock } from '@nexqloud/kernel'

import type { ContainerEngine, EngineInformation, Network } from '../container-engine.ts'
import type {
  Container,
  ContainerEvent,
  ContainerStatus,
  LifeSign,
} from '../container/container.ts'
import type { ContainerId, ContainerSpecification } from '../container/specification.ts'
import {
  ContainerNotFoundError,
  ContainerStateError,
  NameTakenError,
  NetworkInUseError,
  NetworkNotFoundError,
} from '../errors.ts'
import { ImageNotFoundError } from '../image/errors.ts'
import { bridgeOf } from '../isolation/bridge.ts'
import { createMemoryContainer, type MemoryContainer } from './memory-container.ts'
import { createMemoryImageStore, type MemoryImageStore } from './memory-image-store.ts'
import type { MemoryRegistry } from './memory-image.ts'
import { createPipe, type Pipe } from './pipe.ts'

/** A machine that is none, which several owners may share. */
export type MemoryMachine = {
  /** Returns the engine as one owner sees it; equal owners see the same. */
  readonly engine: (owner: string) => ContainerEngine
  /** Has a container show this when it is looked at, behind everybody's back; what it is like where it is left out. */
  readonly disguise: (id: ContainerId, sign?: LifeSign) => void
}

type Owned<Value> = Value & { readonly owner: string }

type Machine = {
  readonly clock: Clock
  readonly information: EngineInformation
  readonly containers: Map<ContainerId, Owned<MemoryContainer>>
  readonly networks: Map<string, Owned<Network>>
  readonly events: Pipe<Owned<ContainerEvent>>
  readonly disguises: Map<ContainerId, LifeSign>
}

type MachineOptions = {
  readonly clock: Clock
  readonly registry: MemoryRegistry
  readonly information?: Partial<EngineInformation>
}

const usual: EngineInformation = {
  name: 'memory',
  version: '1',
  architecture: 'amd64',
  cpus: 4,
  memoryBytes: 8 * 1024 ** 3,
}

/** Returns a machine whose containers are functions: for tests of whoever drives an engine. */
export function createMemoryMachine({
  clock,
  registry,
  information,
}: MachineOptions): MemoryMachine {
  const machine: Machine = {
    clock,
    information: { ...usual, ...information },
    containers: new Map(),
    networks: new Map(),
    events: createPipe(),
    disguises: new Map(),
  }
  const stores = new Map<string, MemoryImageStore>()
  const { architecture } = machine.information
  const isUsed = (image: string): boolean =>
    [...machine.containers.values()].some(({ specification }) => specification.image === image)
  return {
    engine: (owner) => {
      const images = stores.get(owner) ?? createMemoryImageStore({ registry, architecture, isUsed })
      stores.set(owner, images)
      return createEngine(machine, { owner, images })
    },
    disguise: (id, sign) => {
      machine.disguises.delete(id)
      if (sign !== undefined) machine.disguises.set(id, sign)
    },
  }
}

function createEngine(
  machine: Machine,
  { owner, images }: { readonly owner: string; readonly images: MemoryImageStore },
): ContainerEngine {
  const { containers, clock, information } = machine
  const find = (id: ContainerId): MemoryContainer => {
    const found = containers.get(id)
    if (found?.owner !== owner) throw new ContainerNotFoundError(id, owner)
    return found
  }
  const onEvent = (event: ContainerEvent): void => machine.events.write({ ...event, owner })

  return {
    ...createNetworks(machine, owner),
    information: async () => information,
    pullImage: images.pull,
    listImages: images.list,
    removeImage: images.remove,
    createContainer: async (specification) => {
      const { name, image } = specification
      assertNetwork(machine, specification, owner)
      const program = images.find(image)
      if (program === undefined) throw new ImageNotFoundError(image, owner)
      const isTaken = [...containers.values()].some((other) => other.specification.name === name)
      if (isTaken) throw new NameTakenError('container', name)
      const id = createId(`${containers.size} ${machine.events.values.length} ${name}`)
      const made = createMemoryContainer(specification, { id, image: program, clock, onEvent })
      containers.set(id, { ...made, owner })
      return id
    },
    startContainer: async (id) => find(id).start(),
    stopContainer: async (id, graceSeconds) => find(id).stop(graceSeconds),
    removeContainer: async (id) => {
      const found = containers.get(id)
      if (found?.owner !== owner) return
      await found.kill()
      containers.delete(id)
      onEvent({ type: 'removed', id, atMs: clock.wallMs() })
    },
    listContainers: async (labels = {}) =>
      [...containers.values()]
        .filter((one) => one.owner === owner && hasLabels(one.specification, labels))
        .map((one) => summaryOf(one)),
    inspectContainer: async (id) => statusOf(find(id)),
    async *readLogs(id, request) {
      yield* find(id).readLogs(request)
    },
    exec: async (id, request) => find(id).exec(request),
    readStats: async (id) => {
      const state = find(id).state()
      if (state !== 'running') throw new ContainerStateError(id, { asked: 'be measured', state })
      return { cpuNanoseconds: 1n, memoryBytes: 1, pids: 1, receivedBytes: 0, sentBytes: 0 }
    },
    readLifeSign: async (id) => lifeSignOf(machine, containers.get(id), owner),
    watchEvents: async (signal) => readEvents(machine, owner, signal),
  }
}

function lifeSignOf(
  { disguises }: Machine,
  container: Owned<MemoryContainer> | undefined,
  owner: string,
): LifeSign {
  if (container?.owner !== owner || container.state() !== 'running') return 'ended'
  return disguises.get(container.id) ?? 'lives'
}

type Networks = Pick<ContainerEngine, 'createNetwork' | 'listNetworks' | 'removeNetwork'>

function createNetworks({ networks, containers }: Machine, owner: string): Networks {
  return {
    createNetwork: async ({ name, hasInternet }) => {
      const wanted = { name, hasInternet, bridge: bridgeOf(owner, name), owner }
      const present = networks.get(name) ?? wanted
      if (present.owner !== owner || present.hasInternet !== hasInternet) {
        throw new NameTakenError('network', name)
      }
      networks.set(name, present)
      return { name, hasInternet, bridge: present.bridge }
    },
    listNetworks: async () =>
      [...networks.values()]
        .filter((network) => network.owner === owner)
        .map(({ name, hasInternet, bridge }) => ({ name, hasInternet, bridge })),
    removeNetwork: async (name) => {
      if (networks.get(name)?.owner !== owner) return
      const isUsed = [...containers.values()].some(
        ({ specification: { network }, state }) =>
          network.kind === 'bridge' && network.name === name && state() === 'running',
      )
      if (isUsed) throw new NetworkInUseError(name)
      networks.delete(name)
    },
  }
}

function assertNetwork(
  { networks, containers }: Machine,
  { network }: ContainerSpecification,
  owner: string,
): void {
  if (network.kind === 'bridge' && networks.get(network.name)?.owner !== owner) {
    throw new NetworkNotFoundError(network.name, owner)
  }
  if (network.kind === 'container' && containers.get(network.id)?.owner !== owner) {
    throw new ContainerNotFoundError(network.id, owner)
  }
}

function summaryOf({ id, specification, state }: MemoryContainer): Container {
  const { name, image, labels = {} } = specification
  return { id, name, image, state: state(), labels }
}

function statusOf(container: MemoryContainer): ContainerStatus {
  const { specification, createdAtMs, state } = container
  const [startedAtMs, exit] = [container.startedAtMs(), container.exit()]
  const hasAddress = state() === 'running' && specification.network.kind === 'bridge'
  return {
    ...summaryOf(container),
    createdAtMs,
    ...(startedAtMs !== undefined && { startedAtMs }),
    ...(exit !== undefined && { exit }),
    ...(hasAddress && { address: '127.0.0.1' }),
  }
}

function hasLabels(
  { labels = {} }: ContainerSpecification,
  wanted: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value)
}

function createId(seed: string): ContainerId {
  return createHash('sha256').update(seed).digest('hex') as ContainerId
}

async function* readEvents(
  { events }: Machine,
  owner: string,
  signal: AbortSignal,
): AsyncGenerator<ContainerEvent> {
  for await (const { owner: whose, ...event } of events.read(events.values.length, signal)) {
    if (whose === owner) yield event
  }
}
