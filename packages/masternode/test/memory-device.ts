import {
  createDrainSwitch,
  BookUnsavedError,
  createMeasureServer,
  createMemoryBookStore,
  createOwnerStanding,
  runAgent,
  type AgentParts,
  type BookStore,
  type DrainSwitch,
} from '@nexqloud/device'
import {
  createMemoryFirewall,
  createMemoryMachine,
  createTenantWall,
  type ContainerEngine,
  type MemoryImage,
  type MemoryMachine,
} from '@nexqloud/engine'
import { systemClock, type Clock } from '@nexqloud/kernel'
import {
  createTargetDialer,
  createWindowBudget,
  dialLink,
  keepAliveByDefault,
  muxLimitsByDefault,
  type TlsIdentity,
  type UplinkEvent,
  type UplinkTargets,
} from '@nexqloud/tunnel'

/** A device whose containers are functions, and its agent. */
export type MemoryDevice = {
  readonly name: string
  readonly identity: TlsIdentity
  readonly machine: MemoryMachine
  readonly drain: DrainSwitch
  /** What it remembers cannot be written down while it is full. */
  readonly disk: { isFull: boolean }
  readonly events: UplinkEvent[]
  readonly faults: unknown[]
  /** Ids of all containers. */
  readonly containers: () => Promise<readonly string[]>
  /** Names of the containers that run. */
  readonly running: () => Promise<readonly string[]>
  readonly stop: () => Promise<void>
}

const image = {
  digest: `sha256:${'a'.repeat(64)}`,
  architecture: 'amd64',
  sizeBytes: 1000,
  command: ['serve'],
  programs: {
    serve: async ({ print, terminated }) => {
      print('one\n')
      print('two\n')
      await new Promise((resolve) => terminated.addEventListener('abort', resolve))
      return 0
    },
    cat: async ({ print, stdin }) => {
      for await (const bytes of stdin) print(Buffer.from(bytes).toString())
      return 0
    },
    size: async ({ print, terminal, stdin }) => {
      for await (const _ of stdin) print(`${terminal().columns}x${terminal().rows}`)
      return 0
    },
    done: async () => 0,
    fail: async ({ print }) => {
      print('oops', 'stderr')
      return 3
    },
  },
} as const satisfies Partial<MemoryImage>

/** Whose device, and whom it dials. */
export type MemoryDeviceStart = {
  readonly name: string
  readonly identity: TlsIdentity
  /** Whom it dials. */
  readonly targets: () => Promise<UplinkTargets>
  readonly clock?: Clock
}

/** A masternode's door on this machine. */
export type Door = { readonly port: number; readonly keyHash: TlsIdentity['keyHash'] }

/** Returns what a device dials whose masternodes stay the same. */
export function alwaysDial(doors: readonly Door[]): MemoryDeviceStart['targets'] {
  const kept = doors.map((door) => ({ host: '127.0.0.1', ...door }))
  return async () => ({ kept, spare: [] })
}

const measured = {
  piece: 'memory',
  totalBytes: 1,
  workedBytes: 1,
  ms: 1,
  proof: '0'.repeat(64),
} as const

/** Nobody else is told anything. */
const unobserved = {
  observer: {
    onReport: () => {},
    onInventory: () => {},
    onStanding: () => {},
    onMeasured: () => {},
  },
}

const facts = {
  cpus: 4,
  memoryBytes: 8e9,
  diskBytes: 1e11,
  freeDiskBytes: 9e10,
  architecture: 'amd64',
  engine: { name: 'memory', version: '1' },
}

const wall = { table: { owner: 'device', bridgeDns: [] }, findResolvers: async () => [] }

/** Starts the agent of a device that is registered. */
export function startMemoryDevice({
  name,
  identity,
  targets,
  clock = systemClock,
}: MemoryDeviceStart): MemoryDevice {
  const registry = [{ ...image, name: 'registry.test/a/web:1' }]
  const machine = createMemoryMachine({ clock, registry })
  const engine = machine.engine('device')
  const drain = createDrainSwitch()
  const disk = { isFull: false }
  const events: UplinkEvent[] = []
  const faults: unknown[] = []
  const stopped = new AbortController()
  const done = runAgent(
    {
      owner: 'device',
      engine,
      images: { pull: engine.pullImage },
      wall: createTenantWall({ firewall: createMemoryFirewall(), ...wall }),
      store: createFillableStore(disk),
      policy: { allowsNearbyRegistries: true },
      clock,
      createProber: () => async () => ({ passed: true, message: '' }),
      software: '1.0.0',
      machineFacts: async () => facts,
      onFault: (fault) => faults.push(fault),
      readLoad: () => ({ cpuNanoseconds: 0n, memoryBytes: 0 }),
      drain,
      standing: createOwnerStanding(),
      ...unobserved,
      measure: createMeasureServer(7, async (request) => ({ ...request, ...measured }), clock),
      dialTarget: createTargetDialer({ timeoutMs: 1000 }),
      uplink: {
        targets,
        random: () => 0.1,
        backOff: { leastMs: 200, mostMs: 500, stableMs: 10_000 },
        graceMs: 0,
        onEvent: (event) => void events.push(event),
        dial: createDial(identity),
      },
    },
    stopped.signal,
  )
  return {
    name,
    identity,
    machine,
    drain,
    disk,
    events,
    faults,
    containers: async () => (await engine.listContainers()).map(({ id }) => id),
    running: () => namesOfRunning(engine),
    stop: async () => {
      stopped.abort()
      await done
    },
  }
}

function createFillableStore(disk: { readonly isFull: boolean }): BookStore {
  const store = createMemoryBookStore()
  return {
    load: store.load,
    save: async (book) => {
      if (disk.isFull) {
        const cause = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
        throw new BookUnsavedError('assignment.json', cause)
      }
      await store.save(book)
    },
  }
}

async function namesOfRunning(engine: ContainerEngine): Promise<readonly string[]> {
  const all = await engine.listContainers()
  return all.filter(({ state }) => state === 'running').map(({ name }) => name)
}

function createDial(identity: TlsIdentity): AgentParts['uplink']['dial'] {
  const budget = createWindowBudget()
  const parts = {
    identity,
    timeoutMs: 5000,
    limits: muxLimitsByDefault,
    budget,
    clock: systemClock,
    keepAlive: keepAliveByDefault,
  }
  return (endpoint, use, signal) => dialLink(endpoint, { ...parts, use }, signal)
}
