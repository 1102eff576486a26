import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { unlimited } from '@nexqloud/device'
import { createNftFirewall, openEngine, type ContainerEngine } from '@nexqloud/engine'
import { systemClock } from '@nexqloud/kernel'
import { http } from 'viem'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'

import { createCleanup } from '../../../packages/engine/system/lab/cleanup.ts'
import { startDocker } from '../../../packages/engine/system/lab/docker-daemon.ts'
import { openNamespace } from '../../../packages/engine/system/lab/namespace.ts'
import { bringPrograms } from '../../../packages/engine/system/lab/packages.ts'
import { publish, startRegistries } from '../../../packages/engine/system/lab/registry.ts'
import { openScratchFolder } from '../../../packages/engine/system/lab/scratch.ts'
import { sweepLab } from '../../../packages/engine/system/lab/sweep.ts'
import { readAgentStatus } from '../src/device/agent-status.ts'
import { deviceFolderOf, makeIdentity } from '../src/device/device-folder.ts'
import { writeLimits } from '../src/device/owner-wishes.ts'
import { ownerOf } from '../src/device/start-agent.ts'
import { networkKeysOf } from '../src/keystore/keyring.ts'
import { createMemoryShell } from '../src/memory-shell.ts'
import { makeFounderKeys } from '../src/network/founder-keys.ts'
import {
  foundersAt,
  openMasternodeDoor,
  startMeasurer,
  until,
  type MasternodeDoor,
} from '../test/device-lab.ts'
import { main, startChain } from './chain-process.ts'

/** A machine joins and leaves: an agent in a process of its own beside a real Docker, on our own node of the chain. */

const skip = bringPrograms(['dockerd', 'docker-registry', 'busybox', 'nft'])
const cleanup = createCleanup()
const end = new AbortController()
const firewall = createNftFirewall()

let folder: string
let socketPath: string
let image: string
let owner: string
let door: MasternodeDoor
let agent: ChildProcess | undefined

beforeAll(async () => {
  if (skip !== undefined) return
  await sweepLab()
  const namespace = openNamespace(cleanup)
  folder = openScratchFolder(cleanup)
  await startRegistries(namespace, cleanup)
  socketPath = (await startDocker(namespace, cleanup)).socketPath
  image = await publish(socketPath, { folder, registry: 'open', repository: 'a/busybox' })
  const keys = await makeFounderKeys(folder)
  const keyPem = readFileSync(join(networkKeysOf(folder).folder, 'masternode-tls.pem'), 'utf8')
  door = await openMasternodeDoor({ keyPem })
  cleanup.add(async () => door[Symbol.asyncDispose]())
  writeFileSync(join(folder, 'founders.json'), foundersAt(door.port, keys))
  await writeLimits(deviceFolderOf(folder), unlimited)
  const node = await startChain(folder)
  cleanup.add(async () => void (await node.stop()))
  owner = ownerOf(await makeIdentity(deviceFolderOf(folder)))
  const env = { NEXQLOUD_HOME: folder }
  const connect = async (url: string) => http(url)
  const shell = createMemoryShell({ env, clock: systemClock, connect })
  const measurer = startMeasurer(door, { ...shell, signal: end.signal })
  cleanup.add(async () => {
    end.abort()
    await measurer
  })
  cleanup.add(() => firewall.remove(owner))
  cleanup.add(async () => void (await endAgent('SIGKILL')))
})
afterAll(() => cleanup.run())
beforeEach((context) => {
  if (skip !== undefined) context.skip(skip)
})

test('a machine with Docker joins by one command', async () => {
  writeFileSync(join(folder, 'password'), 'secret')
  await done('wallet', 'create', 'alice', '--password-file', passwordFile())
  await done('wallet', 'faucet', 'alice', '--amount', '10')
  startAgent('join', '--yes', '--accept', '--password-file', passwordFile())
  expect(await untilUsable()).toMatchObject({
    device: 1,
    status: 'active',
    agent: { engine: { name: 'docker' }, pods: [] },
  })
  expect(await firewall.isApplied(owner)).toBe(true)
})

test('it is killed, and started again; another agent on its folder is refused', async () => {
  await endAgent('SIGKILL')
  expect(await status()).toMatchObject({ agent: null, isUsable: false })
  startAgent('run')
  await untilUsable()
  const second = await command(
    'device',
    'run',
    '--engine-socket',
    socketPath,
    '--log-level',
    'silent',
  )
  expect(second).toMatchObject({
    exitCode: 1,
    output: expect.stringContaining('DEVICE_AGENT_RUNNING'),
  })
  expect(await endAgent('SIGTERM')).toBe(0)
})

test('without an engine it says what to install', async () => {
  const { exitCode, output } = await command('device', 'run', '--engine-socket', '/nowhere')
  expect(exitCode).toBe(1)
  expect(output).toContain('No container engine answers at /nowhere.')
  expect(output).toContain('apt-get install docker.io nftables')
})

test('its owner comes first: limits hold what runs, a pause ends it, and everybody is told', async () => {
  startAgent('run', '--nearby-registries')
  await untilUsable()
  const { peer, machines } = await door.drive()
  await peer.request('assign', { term: 1, serial: 1, pods: [busyPod()] })
  const podsAre = (count: number, phase?: string) =>
    until(async () => {
      const { pods = [] } = (await readAgentStatus(deviceFolderOf(folder))) ?? {}
      const isSo = pods.length === count && (phase === undefined || pods[0]?.phase === phase)
      return isSo ? true : undefined
    })
  await podsAre(1, 'Running')
  await done('device', 'limits', '--cpu', '25', '--memory', '1Gi')
  await until(() => (machines.at(-1)?.offered?.memoryBytes === 2 ** 30 ? true : undefined))
  const { state, seen } = parse(await done('device', 'limits'))
  expect({ state, seen }).toMatchObject({
    state: 'works',
    seen: { volumeBytes: expect.any(Number) },
  })
  const pausedMs = performance.now()
  await done('device', 'pause')
  await until(() => (machines.at(-1)?.owner?.state === 'pauses' ? true : undefined))
  expect(machines.at(-1)).toMatchObject({ isDraining: true, owner: { reasons: ['paused'] } })
  // An agent writes down how it is once a second.
  const pausedReasons = ['It is paused by its owner. nexqloud device resume ends that.']
  await vi.waitFor(async () => expect((await status())['reasons']).toEqual(pausedReasons), {
    timeout: 15_000,
  })
  await podsAre(0)
  expect(performance.now() - pausedMs).toBeLessThan(40_000)
  await done('device', 'resume')
  await untilUsable()
  await podsAre(0)
  await done('device', 'limits', '--cpu', 'all', '--memory', 'all')
  // It runs elsewhere by now.
  await peer.request('assign', { term: 1, serial: 2, pods: [] })
  expect(await endAgent('SIGTERM')).toBe(0)
})

test('it leaves, and nothing of it is left on the machine', async () => {
  const engine = await openEngine({ socketPath, owner, dataFolder: folder, clock: systemClock })
  await startContainer(engine)
  startAgent('run')
  await untilUsable()
  const ended = agent === undefined ? undefined : once(agent, 'exit')
  const flags = ['--engine-socket', socketPath, '--password-file', passwordFile()]
  expect(JSON.parse(await done('device', 'leave', ...flags))).toMatchObject({
    device: 1,
    status: 'retired',
    removed: { containers: 1, networks: 1, images: 1 },
  })
  expect(await ended).toEqual([0, null])
  expect(await engine.listContainers()).toEqual([])
  expect(await engine.listNetworks()).toEqual([])
  expect(await firewall.isApplied(owner)).toBe(false)
  expect(await done('device', 'show', '1')).toContain('"status":"retired"')
})

function busyPod() {
  const limits = { cpu: '1', memory: '64Mi' }
  const burn = ['sh', '-c', 'yes >/dev/null']
  const spec = {
    containers: [{ name: 'busy', image, command: burn, resources: { limits } }],
    terminationGracePeriodSeconds: 1,
  }
  return { namespace: 'acme', name: 'busy', uid: 'busy-1', token: 1, pod: { spec } }
}

/** Starts a command that runs the agent. */
function startAgent(...args: readonly string[]): void {
  const flags = ['--json', '--data', folder, '--engine-socket', socketPath, '--log-level', 'warn']
  agent = spawn(process.execPath, [main, 'device', ...args, ...flags], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** Ends it, and returns its exit code. */
async function endAgent(signal: NodeJS.Signals): Promise<number | null> {
  if (agent === undefined || agent.exitCode !== null || agent.signalCode !== null) return null
  const ended = once(agent, 'exit')
  agent.kill(signal)
  await ended
  return agent.exitCode
}

async function startContainer(engine: ContainerEngine): Promise<void> {
  const { id } = await engine.pullImage({ image })
  await engine.createNetwork({ name: `nexqloud_${owner}_acme`, hasInternet: false })
  const container = await engine.createContainer({
    name: `nexqloud_${owner}_web`,
    image: id,
    command: ['sleep', '1000'],
    network: { kind: 'bridge', name: `nexqloud_${owner}_acme` },
    limits: { memoryBytes: 2 ** 26, cpuMilli: 100, pids: 16 },
    capabilities: [],
    labels: { 'io.kubernetes.pod.name': 'of no pod' },
  })
  await engine.startContainer(container)
}

function untilUsable(): Promise<Readonly<Record<string, unknown>>> {
  return until(async () => {
    // Until it has joined there is no device to tell of.
    const { exitCode, output } = await command('device', 'status')
    const found = exitCode === 0 ? parse(output) : {}
    return found['isUsable'] === true ? found : undefined
  })
}

async function status(): Promise<Readonly<Record<string, unknown>>> {
  return parse(await done('device', 'status'))
}

function parse(output: string): Readonly<Record<string, unknown>> {
  return JSON.parse(output) as Readonly<Record<string, unknown>>
}

/** Runs a command that does what it is asked, and returns what it printed. */
async function done(...args: readonly string[]): Promise<string> {
  const { exitCode, output } = await command(...args)
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 })
  return output
}

/** Runs a command to its end; the masternode's door in this process stays open meanwhile. */
function command(...args: readonly string[]): Promise<{ exitCode: number; output: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [main, ...args, '--json', '--data', folder],
      (_, stdout, stderr) => resolve({ exitCode: child.exitCode ?? 1, output: stdout + stderr }),
    )
  })
}

function passwordFile(): string {
  return join(folder, 'password')
}
