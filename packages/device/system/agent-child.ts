/** An agent as a process of its own, which a test may kill. */

import { readFileSync } from 'node:fs'

import {
  createImageCache,
  createNftFirewall,
  createProber,
  findMountObstacle,
  createTenantWall,
  guardEngine,
  openEngine,
  openLoopVolumes,
} from '@nexqloud/engine'
import { systemClock } from '@nexqloud/kernel'
import {
  backOffByDefault,
  createTargetDialer,
  createTlsIdentity,
  createWindowBudget,
  dialLink,
  keepAliveByDefault,
  muxLimitsByDefault,
  parseTlsKeyHash,
} from '@nexqloud/tunnel'
import { z } from 'zod'

import { createDrainSwitch } from '../src/agent/drain-switch.ts'
import { readMachineFacts } from '../src/agent/machine-facts.ts'
import { runAgent } from '../src/agent/run-agent.ts'
import { createFileBookStore } from '../src/book/book-store.ts'
import { openCourier } from '../src/courier/courier.ts'
import { createFileDiskBook } from '../src/disk/disk-book.ts'
import { measurePiece } from '../src/measure/measure-piece.ts'
import { createMeasureServer } from '../src/measure/measure-server.ts'
import { createOwnerStanding } from '../src/owner/owner-standing.ts'
import { readMachineLoad } from '../src/usage/machine-load.ts'

/** What the test tells it, in a file of JSON. */
const configuration = z
  .object({
    socketPath: z.string(),
    /** Whose containers it has. */
    owner: z.string(),
    folder: z.string(),
    /** Where its disks are, which are too large for the other one; it has none where this is left out. */
    disksFolder: z.string().exactOptional(),
    keyPem: z.string(),
    masternodes: z.array(
      z.object({
        host: z.string(),
        port: z.int(),
        keyHash: z.string().transform(parseTlsKeyHash),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')))

const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())

const { socketPath, owner, folder, disksFolder, keyPem, masternodes } = configuration
const clock = systemClock
const courier = await openCourier()
const { doors } = courier
const wall = createTenantWall({
  firewall: createNftFirewall(),
  table: { owner, bridgeDns: [], doors },
  findResolvers: async () => [],
})
const engine = guardEngine(await openEngine({ socketPath, owner, dataFolder: folder, clock }), wall)
const identity = await createTlsIdentity(keyPem)
const budget = createWindowBudget()
const volumes =
  disksFolder !== undefined && (await findMountObstacle()) === undefined
    ? await openLoopVolumes({ folder: disksFolder })
    : undefined

await runAgent(
  {
    owner,
    engine,
    wall,
    images: createImageCache({ engine, limitBytes: 1e9, nowMs: clock.steadyMs }),
    store: createFileBookStore(folder),
    policy: { allowsNearbyRegistries: true },
    clock,
    disks: volumes && { volumes, book: createFileDiskBook(folder) },
    createProber,
    software: '0.1.0',
    machineFacts: () => readMachineFacts(engine, folder),
    drain: createDrainSwitch(),
    standing: createOwnerStanding(),
    observer: {
      onReport: () => {},
      onInventory: () => {},
      onStanding: () => {},
      onMeasured: () => {},
    },
    measure: createMeasureServer(1, (request) => measurePiece(request, folder), clock),
    readLoad: readMachineLoad,
    onFault: (fault) => process.stderr.write(`${String(fault)}\n`),
    courier,
    dialTarget: createTargetDialer({ timeoutMs: 5000 }),
    uplink: {
      targets: async () => ({ kept: masternodes, spare: [] }),
      random: () => 0.1,
      backOff: backOffByDefault,
      graceMs: 100,
      onEvent: () => {},
      dial: (endpoint, use, signal) =>
        dialLink(
          endpoint,
          {
            identity,
            timeoutMs: 5000,
            limits: muxLimitsByDefault,
            budget,
            clock,
            keepAlive: keepAliveByDefault,
            use,
          },
          signal,
        ),
    },
  },
  stop.signal,
)
await courier.close()
