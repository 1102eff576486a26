import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { parseAddress, parseDeviceId, systemClock } from '@nexqloud/kernel'
import { createLedger, nexqloudLocal } from '@nexqloud/ledger'
import { createTlsKey, LinkRefusedError } from '@nexqloud/tunnel'
import { pino } from 'pino'
import { numberToHex, stringToHex } from 'viem'
import { expect, onTestFinished, test } from 'vitest'

import {
  createMemoryEngine,
  openMasternodeDoor,
  pod,
  until,
  type MasternodeDoor,
} from '../../test/device-lab.ts'
import { lockFolder } from '../folder-lock.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { connectMemoryNode, type MemoryNode } from '../session/memory-node.ts'
import { readAgentStatus } from './agent-status.ts'
import { makeIdentity } from './device-folder.ts'
import { writeMembership } from './membership.ts'
import { writeLimits, writePause } from './owner-wishes.ts'
import { ownerOf, startDeviceAgent, type DeviceAgentParts } from './start-agent.ts'
import { writeWish } from './wish.ts'

/** Of block 0, as the node in memory has it. */
const genesisHash = numberToHex(1n, { size: 32 })
const nonce = `0x${'ab'.repeat(32)}`
test('an agent links to a masternode of the chain, runs what it assigns, and tells its owner', async () => {
  const { door, start, folder, engine, owner } = await setup()
  const agent = await start()
  expect(agent).toMatchObject({ device: 7, engine: { name: 'memory', version: '1' } })
  expect(await engine.firewall.isApplied(owner)).toBe(true)
  const { peer, machines } = await door.drive()
  await peer.request('assign', { term: 1, serial: 1, pods: [pod] })
  const status = await until(async () => {
    const found = await readAgentStatus(folder)
    return found?.pods?.[0]?.phase === 'Running' ? found : undefined
  })
  expect(status).toMatchObject({
    pid: process.pid,
    device: 7,
    isDraining: false,
    links: [{ masternode: `127.0.0.1:${door.port}` }],
    pods: [{ namespace: 'acme', name: 'web', uid: 'web-1', restarts: 0 }],
  })
  expect(machines[0]).toMatchObject({ isDraining: false, engine: { name: 'memory' } })
})

test('a firewall that somebody takes away stands again within seconds', async () => {
  const { start, engine, owner } = await setup()
  await start()
  await engine.firewall.remove(owner)
  expect(await engine.firewall.isApplied(owner)).toBe(false)
  await until(async () => ((await engine.firewall.isApplied(owner)) ? true : undefined))
})

test('a masternode measures the device under its own number, and no other', async () => {
  const { door, start, engine, folder } = await setup()
  await start()
  const { peer } = await door.drive()
  const request = { nonce, device: 7, piece: 'single' } as const
  expect(await peer.request('measure', request)).toMatchObject(request)
  const other = peer.request('measure', { ...request, device: 8 })
  await expect(other).rejects.toMatchObject({ remoteCode: 'DEVICE_OTHER' })
  await until(() => (engine.group.given()?.weight === 'least' ? true : undefined))
  peer.notify('measured', { cause: 'changed' })
  await until(
    async () => (await readAgentStatus(folder))?.measured?.cause === 'changed' || undefined,
  )
})

test('what its owner wants is learned within a second: drain, work again, leave', async () => {
  const { door, start, folder } = await setup()
  const agent = await start()
  const { machines } = await door.drive()
  const told = (): boolean | undefined => machines.at(-1)?.isDraining
  await until(() => (told() === false ? true : undefined))
  await writeWish(folder, 'drain')
  await until(() => (told() === true ? true : undefined))
  await writeWish(folder, 'work')
  await until(() => (told() === false ? true : undefined))
  await writeWish(folder, 'leave')
  expect(await agent.ended).toBe('left')
  expect(await readAgentStatus(folder)).toBeUndefined()
  expect(await lockFolder(folder)).toBeDefined()
})

test('its owner comes first: what tenants may have falls within a second, and everybody is told', async () => {
  const { door, start, folder, engine } = await setup()
  await start()
  const { machines, peer } = await door.drive()
  expect(engine.group.given()).toMatchObject({ cpuShare: 1, weight: 'low' })
  engine.signs.show({ othersCpuPercent: 60 })
  await until(() => (engine.group.given()?.cpuShare === 0.1 ? true : undefined))
  await until(() => (machines.at(-1)?.owner?.state === 'yields' ? true : undefined))
  await writeLimits(folder, { cpuPercent: 50 })
  await writePause(folder, { since: new Date().toISOString() })
  await until(() => (engine.group.given()?.cpuShare === 0 ? true : undefined))
  await until(() => (machines.at(-1)?.isDraining === true ? true : undefined))
  expect(machines.at(-1)).toMatchObject({
    owner: { state: 'pauses', reasons: expect.arrayContaining(['paused']) },
    offered: { cpuMilli: 2000 },
  })
  const { owner } = await until(async () => {
    const found = await readAgentStatus(folder)
    return found?.owner?.state === 'pauses' ? found : undefined
  })
  const measuring = peer.request('measure', { nonce, device: 7, piece: 'memory' })
  await expect(measuring).rejects.toMatchObject({ remoteCode: 'DEVICE_PAUSED' })
  expect(owner).toMatchObject({ isDraining: true, seen: { othersCpuPercent: 60 } })
})

test('a second agent on one folder is refused, and told who has it', async () => {
  const { start, folder } = await setup()
  await start()
  await until(() => readAgentStatus(folder))
  await expect(start()).rejects.toMatchObject({
    code: 'DEVICE_AGENT_RUNNING',
    message: `Process ${process.pid} runs the device of ${folder}.`,
  })
})

test('whoever answers for a masternode with another key is not told anything, and its owner is', async () => {
  const { start, folder } = await setup({ keyHash: `0x${'9'.repeat(64)}` })
  await start()
  const status = await until(async () => {
    const found = await readAgentStatus(folder)
    return found?.linkTrouble === undefined ? undefined : found
  })
  expect(status.links).toEqual([])
  expect(status.linkTrouble).toMatchObject({
    code: 'TUNNEL_KEY_MISMATCH',
    hint: expect.stringContaining('read the chain again'),
  })
})

test('a masternode that does not let it in is quoted', async () => {
  const { start, folder } = await setup(
    {},
    { refuse: async () => new LinkRefusedError('No device has this key.') },
  )
  await start()
  const { linkTrouble } = await until(async () => {
    const found = await readAgentStatus(folder)
    return found?.linkTrouble === undefined ? undefined : found
  })
  expect(linkTrouble?.message).toContain('No device has this key.')
})

test('an agent of another version than its masternode says which end to update', async () => {
  const { door, start, folder } = await setup()
  await start()
  const link = await until(() => door.links().at(-1))
  const stream = link.mux.open({ target: Buffer.from('{"kind":"control"}') }, () => ({
    onData: () => {},
    onEnd: () => {},
    onReset: () => {},
    onWritable: () => {},
  }))
  const hello = { protocol: 'nexqloud-agent', least: 2, most: 3, software: '9.0.0' }
  stream.write(Buffer.from(`${JSON.stringify(hello)}\n`))
  const { fault } = await until(async () => {
    const found = await readAgentStatus(folder)
    return found?.fault === undefined ? undefined : found
  })
  expect(fault).toMatchObject({ code: 'TUNNEL_RPC_VERSION', hint: 'Update this end.' })
})

test.each([
  ['another network', { genesisHash: `0x${'0'.repeat(63)}9` }, 'DEVICE_OTHER_NETWORK'],
  ['another TLS key', { tlsKeyHash: `0x${'8'.repeat(64)}` }, 'DEVICE_FILE_INVALID'],
] as const)('a folder of %s does not start', async (_, fields, code) => {
  const { start, join: rejoin } = await setup()
  await rejoin(fields)
  await expect(start()).rejects.toMatchObject({ code })
})

test('a folder that never joined, or whose files are not ours, is told as such', async () => {
  const { start, folder, partsOf } = await setup()
  using empty = openScratchFolder()
  await expect(
    startDeviceAgent({ ...partsOf(), folder: empty.path }, stopped),
  ).rejects.toMatchObject({ code: 'DEVICE_NOT_JOINED' })
  writeFileSync(join(folder, 'tls.pem'), 'nonsense')
  await expect(start()).rejects.toMatchObject({ code: 'DEVICE_FILE_INVALID' })
})

test('a chain that is away does not keep an agent from what it knows', async () => {
  const { door, start, partsOf, stop } = await setup()
  await start()
  await door.drive()
  await stop()
  const dead = connectMemoryNode({
    chainId: nexqloudLocal.id,
    methods: { eth_call: away, eth_getBlockByNumber: away },
  })
  await start({ ...partsOf(), ledger: createLedger({ chain: nexqloudLocal, transport: dead }) })
  const { machines } = await door.drive()
  const told = await until(() => machines.at(-1))
  expect(told).toMatchObject({ isDraining: false, engine: { name: 'memory' } })
})

const stopped = AbortSignal.abort()

function away(): never {
  throw new TypeError('The chain is away.')
}

type OnChain = {
  /** Of the masternode, where it is not its own. */
  readonly keyHash?: string
}

/** A device that has joined, a masternode's door, and a chain that names it. */
async function setup(
  { keyHash }: OnChain = {},
  doorOptions: Parameters<typeof openMasternodeDoor>[0] = { keyPem: createTlsKey() },
) {
  const scratch = openScratchFolder()
  const folder = scratch.path
  const door: MasternodeDoor = await openMasternodeDoor(doorOptions)
  const engine = createMemoryEngine()
  const identity = await makeIdentity(folder)
  const joined = {
    device: parseDeviceId(7),
    owner: parseAddress(`0x${'1'.repeat(40)}`),
    key: 101n,
    tlsKeyHash: identity.keyHash,
    region: 'local',
    chainId: nexqloudLocal.id,
    genesisHash,
  }
  await writeMembership(folder, joined)
  let stop = new AbortController()
  const agents: Promise<unknown>[] = []
  const stopAll = async (): Promise<void> => {
    stop.abort()
    await Promise.allSettled(agents)
    stop = new AbortController()
  }
  onTestFinished(async () => {
    await stopAll()
    await door[Symbol.asyncDispose]()
    scratch[Symbol.dispose]()
  })
  const partsOf = (): DeviceAgentParts => ({
    folder,
    ledger: createLedger({ chain: nexqloudLocal, transport: connectTo(door, keyHash) }),
    clock: systemClock,
    log: pino({ level: 'silent' }),
    openEngine: engine.open,
  })
  return {
    door,
    folder,
    engine,
    owner: ownerOf(identity),
    partsOf,
    join: (fields: object) => writeMembership(folder, { ...joined, ...fields }),
    start: async (parts = partsOf()) => {
      const agent = await startDeviceAgent(parts, stop.signal)
      agents.push(agent.ended)
      return agent
    },
    stop: stopAll,
  }
}

function connectTo({ identity, port }: MasternodeDoor, keyHash: string = identity.keyHash) {
  const draw = { currentPeriod: 0n, periodStart: 1_700_000_000n, witnesses: 3n }
  const returns: NonNullable<MemoryNode['returns']> = {
    ...draw,
    activeSeats: 1n,
    inSeat: 1,
    masternode: {
      operator: `0x${'1'.repeat(40)}`,
      signer: `0x${'2'.repeat(40)}`,
      status: 2,
      seat: 0,
      unbondsAt: 0,
      stake: 0n,
      tlsKeyHash: keyHash,
      region: stringToHex('local', { size: 32 }),
      endpoint: `127.0.0.1:${port}`,
    },
  }
  return connectMemoryNode({ chainId: nexqloudLocal.id, returns })
}
