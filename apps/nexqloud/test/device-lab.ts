/** A masternode's door for devices, and an engine in memory: what an agent of a test stands between. */

import { randomBytes } from 'node:crypto'

import { readNetwork } from '@nexqloud/contracts'
import {
  createLinkProbe,
  createMemoryOwnerSigns,
  createMemoryTenantGroup,
  takeMeasurement,
  type MemoryOwnerSigns,
  type MemoryTenantGroup,
} from '@nexqloud/device'
import { createMemoryFirewall, createMemoryMachine, createTenantWall } from '@nexqloud/engine'
import type { ContainerEngine, Firewall, MemoryMachine } from '@nexqloud/engine'
import { systemClock } from '@nexqloud/kernel'
import { repeatTermsOf } from '@nexqloud/rules'
import {
  createTlsIdentity,
  createTlsKey,
  createWindowBudget,
  keepAliveByDefault,
  listenForLinks,
  listenLimitsByDefault,
  muxLimitsByDefault,
  type Link,
  type ListenParts,
  type TlsIdentity,
} from '@nexqloud/tunnel'
import { pino } from 'pino'

import { driveDevice, type MasternodeEnd } from '../../../packages/device/test/masternode-end.ts'
import type { OpenDeviceEngine } from '../src/device/open-engine.ts'
import type { MeasureObserver } from '../src/masternode/measure-observer.ts'
import { runMeasurer } from '../src/masternode/measurer.ts'
import { createSendQueue, type SendInTurn } from '../src/masternode/send-queue.ts'
import type { makeFounderKeys } from '../src/network/founder-keys.ts'
import { openSession } from '../src/session/session.ts'
import type { Shell } from '../src/shell.ts'
import { openWallet } from '../src/transaction/sender.ts'

/** A masternode that drives whoever dials. */
export type MasternodeDoor = AsyncDisposable & {
  readonly identity: TlsIdentity
  readonly port: number
  readonly links: () => readonly Link[]
  /** Drives the newest link, once there is one. */
  readonly drive: () => Promise<MasternodeEnd>
}

/** Opens the door; it lets everybody in whose key is not refused. */
export async function openMasternodeDoor({
  keyPem = createTlsKey(),
  refuse = async () => undefined,
  offer,
}: {
  readonly keyPem?: string
  readonly refuse?: ListenParts['refuse']
  readonly offer?: ListenParts['offer']
} = {}): Promise<MasternodeDoor> {
  const identity = await createTlsIdentity(keyPem)
  const nobody = { onData: () => {}, onEnd: () => {}, onReset: () => {}, onWritable: () => {} }
  const listener = await listenForLinks({
    host: '127.0.0.1',
    port: 0,
    identity,
    listen: listenLimitsByDefault,
    limits: muxLimitsByDefault,
    budget: createWindowBudget(),
    clock: systemClock,
    keepAlive: keepAliveByDefault,
    refuse,
    ...(offer && { offer }),
    onRefused: () => {},
    use: () => ({ accept: () => nobody }),
  })
  const ends = new Map<Link, MasternodeEnd>()
  return {
    identity,
    port: listener.port,
    links: listener.links,
    drive: async () => {
      const link = await until(() => listener.links().findLast(({ mux }) => mux.isOpen))
      const end = ends.get(link) ?? driveDevice(link.mux, systemClock)
      ends.set(link, end)
      await end.peer.ready
      return end
    },
    [Symbol.asyncDispose]: () => listener.close(0),
  }
}

/** An engine in memory, and how an agent opens it. */
export type MemoryEngine = {
  readonly machine: MemoryMachine
  readonly firewall: Firewall
  /** What its machine shows of its owner. */
  readonly signs: MemoryOwnerSigns
  readonly group: MemoryTenantGroup
  readonly open: OpenDeviceEngine
  /** As an owner sees it. */
  readonly engineOf: (owner: string) => ContainerEngine
}

/** Returns an engine with one image, `ghcr.io/acme/web:1`, which runs until it is stopped. */
export function createMemoryEngine(): MemoryEngine {
  const firewall = createMemoryFirewall()
  const [signs, group] = [createMemoryOwnerSigns(), createMemoryTenantGroup()]
  const machine = createMemoryMachine({
    clock: systemClock,
    registry: [
      {
        name: 'ghcr.io/acme/web:1',
        digest: `sha256:${'a'.repeat(64)}`,
        architecture: 'amd64',
        sizeBytes: 1000,
        command: ['serve'],
        programs: {
          serve: async ({ terminated }) => {
            await new Promise<void>((resolve) => {
              terminated.addEventListener('abort', () => resolve())
            })
            return 0
          },
        },
      },
    ],
  })
  return {
    machine,
    firewall,
    signs,
    group,
    engineOf: (owner) => machine.engine(owner),
    open: async ({ owner, folder }) => {
      const wall = createTenantWall({
        firewall,
        table: { owner, bridgeDns: [] },
        findResolvers: async () => [],
      })
      await wall.renew()
      const engine = machine.engine(owner)
      const owned = { signs, group, readBridges: async () => ({}) }
      return { engine, firewall, wall, guard: wall.renew, diskFolder: folder, machine: owned }
    },
  }
}

/** Returns what is found, once it is; a test's own time limit ends the wait. */
export async function until<Found>(
  find: () => Found | undefined | Promise<Found | undefined>,
): Promise<Found> {
  for (;;) {
    const found = await find()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Runs the measurer of the data folder's masternode until the shell's signal aborts; it asks whoever is linked. */
export async function startMeasurer(
  door: MasternodeDoor,
  shell: Shell,
  send?: SendInTurn,
): Promise<void> {
  const session = await openSession({}, shell)
  const wallet = session.keyring.networkKeys.find(({ name }) => name === 'masternode')
  if (wallet === undefined) throw new Error('The network has no masternode.')
  const sender = await openWallet(session, wallet, {})
  await runMeasurer(
    {
      ledger: session.ledger,
      signer: wallet.address,
      send: send ?? createSendQueue(session, sender),
      measure: async ({ tlsKeyHash, ...order }, signal) => {
        const link = door.links().find(({ peerKeyHash }) => peerKeyHash === tlsKeyHash)
        if (link === undefined) return undefined
        const { peer } = await door.drive()
        const probe = createLinkProbe({ peer, mux: link.mux, clock: systemClock })
        const createNonce = () => `0x${randomBytes(32).toString('hex')}` as const
        const untilMs = systemClock.steadyMs() + 3000
        const how = {
          ...order,
          untilMs,
          probe,
          isTogether: false,
          takesImitated: true,
          createNonce,
          random: Math.random,
        }
        return takeMeasurement({ ...how, clock: systemClock }, signal)
      },
      terms: repeatTermsOf(60),
      measureSeconds: 60,
      see: () => undefined,
      createObserver: () => unobserved,
      clock: systemClock,
      log: pino({ level: 'silent' }),
    },
    shell.signal,
  )
}

const unobserved: MeasureObserver = {
  onScores: () => {},
  onForged: () => {},
  onVerdict: () => {},
  onUnmeasured: () => {},
}

/** Returns a `founders.json` whose masternode is reached at a port of this machine. */
export function foundersAt(
  port: number,
  { addresses, tlsKeyHash }: Awaited<ReturnType<typeof makeFounderKeys>>,
): string {
  const { owner, masternode, faucet } = addresses
  return JSON.stringify({
    genesisTime: Math.floor(Date.now() / 1000),
    owner,
    masternodes: [
      {
        signer: masternode,
        operator: owner,
        tlsKeyHash,
        region: 'local',
        endpoint: `127.0.0.1:${port}`,
      },
    ],
    priceSigners: [addresses['price-signer']],
    founders: [{ account: owner, bps: 10_000 }],
    keyHolders: [{ holder: owner, count: readNetwork('local').keys.foundingCount }],
    faucet,
  })
}

/** A pod of the image that the engine in memory has. */
export const pod = {
  namespace: 'acme',
  name: 'web',
  uid: 'web-1',
  token: 1,
  pod: {
    spec: {
      containers: [
        {
          name: 'web',
          image: 'ghcr.io/acme/web:1',
          resources: { limits: { cpu: '500m', memory: '64Mi' } },
        },
      ],
      terminationGracePeriodSeconds: 1,
    },
  },
}
