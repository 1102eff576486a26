/** A device whose containers are functions. */

import {
  createMemoryFirewall,
  createMemoryMachine,
  createTenantWall,
  type ContainerEngine,
  type MemoryFirewall,
  type MemoryImage,
  type MemoryMachine,
  type ProbeOutcome,
  type TenantWall,
} from '@nexqloud/engine'
import { createManualClock, type ManualClock } from '@nexqloud/kernel'

import { PodKeeper } from '../src/agent/pod-keeper.ts'
import type { PodListener } from '../src/agent/pod-listener.ts'
import { createMemoryBookStore, type BookStore } from '../src/book/book-store.ts'
import type { PodEvent } from '../src/protocol/agent-protocol.ts'
import type { Assignment } from '../src/protocol/assignment.ts'
import type { PodReport } from '../src/protocol/pod-status.ts'

type AssignedPod = Assignment['pods'][number]

/** Images that a test's pods may ask for. */
const image = {
  digest: `sha256:${'a'.repeat(64)}`,
  architecture: 'amd64',
  sizeBytes: 1000,
  command: ['serve'],
  programs: {
    serve: async ({ terminated }) => {
      await aborted(terminated)
      return 0
    },
    /** Ends only when it is killed. */
    resist: async ({ killed }) => {
      await aborted(killed)
      return 0
    },
    greet: async ({ print, terminated }) => {
      print('hello\n')
      await aborted(terminated)
      print('bye\n')
      return 0
    },
    cat: async ({ print, stdin }) => {
      for await (const bytes of stdin) print(Buffer.from(bytes).toString())
      return 0
    },
    fail: async () => 7,
    finish: async () => 0,
  },
} as const satisfies Partial<MemoryImage>

const registry: readonly MemoryImage[] = [
  { ...image, name: 'registry.test/a/web:1' },
  { ...image, name: 'registry.test/a/web:2', digest: `sha256:${'c'.repeat(64)}` },
  {
    ...image,
    name: 'registry.test/a/secret:1',
    digest: `sha256:${'b'.repeat(64)}`,
    credentials: { username: 'u', password: 'p' },
  },
]

/** What a test sees, and may do. */
export type MemoryDevice = {
  readonly clock: ManualClock
  readonly machine: MemoryMachine
  readonly engine: ContainerEngine
  readonly firewall: MemoryFirewall
  /** What an agent that starts now makes of the firewall. */
  readonly openWall: () => TenantWall
  readonly store: BookStore
  readonly keeper: () => PodKeeper
  readonly reports: PodReport[]
  readonly inventories: (readonly string[])[]
  readonly events: PodEvent[]
  readonly faults: unknown[]
  /** The addresses that probers were made for. */
  readonly probedAddresses: string[]
  /** What all probes find. */
  readonly probed: { outcome: ProbeOutcome }
  /** Says of each pod its phase, as it was told last. */
  readonly phases: () => Readonly<Record<string, string>>
  readonly running: () => Promise<readonly string[]>
  /** Of an agent that remembers what is in the store; in its own one where none is given. */
  readonly start: (store?: BookStore) => void
  readonly stop: () => Promise<void>
}

/** Returns a device whose agent runs. */
export function createMemoryDevice(wrap = (engine: ContainerEngine) => engine): MemoryDevice {
  const clock = createManualClock(1000)
  const machine = createMemoryMachine({ clock, registry })
  const engine = machine.engine('device')
  const firewall = createMemoryFirewall()
  const table = { owner: 'device', bridgeDns: [] }
  const openWall = (): TenantWall =>
    createTenantWall({ firewall, table, findResolvers: async () => [] })
  const store = createMemoryBookStore()
  const { listener, ...records } = createRecords()
  const { reports } = records
  const probedAddresses: string[] = []
  const probed = { outcome: { passed: true, message: 'open' } }
  let current: { keeper: PodKeeper; abort: AbortController; done: Promise<void> } | undefined
  const device: MemoryDevice = {
    clock,
    machine,
    engine,
    firewall,
    openWall,
    store,
    ...records,
    probed,
    probedAddresses,
    keeper: () => {
      if (current === undefined) throw new Error('The agent does not run.')
      return current.keeper
    },
    phases: () => Object.fromEntries(reports.map(({ uid, status }) => [uid, status.phase])),
    running: () => namesOfRunning(engine),
    start: (remembered = store) => {
      const wrapped = wrap(engine)
      const keeper = new PodKeeper({
        owner: 'device',
        engine: wrapped,
        images: { pull: wrapped.pullImage },
        wall: openWall(),
        store: remembered,
        policy: { allowsNearbyRegistries: true },
        clock,
        createProber: ({ address }) => {
          probedAddresses.push(address)
          return async () => probed.outcome
        },
        listener,
      })
      const abort = new AbortController()
      current = { keeper, abort, done: keeper.run(abort.signal) }
    },
    stop: async () => {
      current?.abort.abort()
      await current?.done
      current = undefined
    },
  }
  device.start()
  return device
}

/** A listener that records all that it is told. */
function createRecords() {
  const reports: PodReport[] = []
  const inventories: (readonly string[])[] = []
  const events: PodEvent[] = []
  const faults: unknown[] = []
  const listener: PodListener = {
    onReport: (report) => reports.push(report),
    onInventory: ({ uids }) => inventories.push(uids),
    onEvent: (event) => events.push(event),
    onFault: (fault) => faults.push(fault),
  }
  return { reports, inventories, events, faults, listener }
}

async function namesOfRunning(engine: ContainerEngine): Promise<readonly string[]> {
  const running = (await engine.listContainers()).filter(({ state }) => state === 'running')
  return running
    .map(({ name }) => name.replace('nexqloud_device_', '').replace('_', '-'))
    .toSorted()
}

type PodOptions = {
  readonly name?: string
  readonly token?: number
  readonly command?: string
  readonly image?: string
  readonly containers?: readonly string[]
  readonly spec?: object
  readonly container?: object
}

/** Returns a pod to assign. */
export function createPod(uid: string, options: PodOptions = {}): AssignedPod {
  const { name = uid, token = 1, command = 'serve', containers = ['web'] } = options
  const { image: wanted = 'registry.test/a/web:1' } = options
  return {
    namespace: 'acme',
    name,
    uid,
    token,
    pod: {
      spec: {
        containers: containers.map((one) => ({
          name: one,
          image: wanted,
          command: [command],
          resources: { limits: { cpu: '500m', memory: '64Mi' } },
          ...options.container,
        })),
        terminationGracePeriodSeconds: 2,
        ...options.spec,
      },
    },
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
}
