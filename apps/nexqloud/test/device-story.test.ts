import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { systemClock } from '@nexqloud/kernel'
import { http } from 'viem'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { findFreeKey } from '../src/device/choose-key.ts'
import { deviceFolderOf } from '../src/device/device-folder.ts'
import { joinDevice, type JoinOptions } from '../src/device/join.ts'
import { leaveNetwork } from '../src/device/leave.ts'
import { openDeviceEngine } from '../src/device/open-engine.ts'
import { findWallet, networkKeysOf } from '../src/keystore/keyring.ts'
import { createMemoryShell } from '../src/memory-shell.ts'
import { makeFounderKeys } from '../src/network/founder-keys.ts'
import { launchLocalNetwork } from '../src/network/launch.ts'
import { openScratchFolder, type ScratchFolder } from '../src/scratch-folder.ts'
import { openSession } from '../src/session/session.ts'
import { findAnvil, startAnvil, type Anvil } from './anvil.ts'
import {
  createMemoryEngine,
  foundersAt,
  openMasternodeDoor,
  pod,
  startMeasurer,
  until,
  type MasternodeDoor,
} from './device-lab.ts'
import { createFolderCommands } from './folder-commands.ts'

/** A machine joins a network, is measured, works, is emptied and leaves: by commands, real contracts and a real link. */

const program = findAnvil()
const reason = `npm has no anvil for ${process.platform} on ${process.arch}`
const engine = createMemoryEngine()
const end = new AbortController()

const { shellOf, json, run } = createFolderCommands(() => folder.path)
let folder: ScratchFolder
let door: MasternodeDoor
let anvil: Anvil | undefined
let measurer: Promise<void> | undefined
let agent: Promise<void> | undefined

beforeAll(async () => {
  folder = openScratchFolder()
  if (program === undefined) return
  const keys = await makeFounderKeys(folder.path)
  const keyFile = join(networkKeysOf(folder.path).folder, 'masternode-tls.pem')
  door = await openMasternodeDoor({ keyPem: readFileSync(keyFile, 'utf8') })
  writeFileSync(join(folder.path, 'founders.json'), foundersAt(door.port, keys))
  const { genesisFile } = await launchLocalNetwork(folder.path, { clock: systemClock })
  anvil = await startAnvil(program, genesisFile)
  writeFileSync(join(folder.path, 'endpoints.json'), JSON.stringify({ chain: anvil.url }))
  measurer = startMeasurer(door, shellOf(end.signal))
})

afterAll(async () => {
  end.abort()
  await Promise.allSettled([measurer, agent])
  await door?.[Symbol.asyncDispose]()
  await anvil?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

beforeEach(({ skip }) => skip(anvil === undefined, reason))

test('without a free key and without a word that one may be bought, nothing is paid', async () => {
  await json('wallet create alice')
  expect(await run('device join --no-run --yes')).toMatchObject({
    error: { code: 'CLI_FUNDS_TOO_LOW', hint: expect.stringContaining('wallet faucet alice') },
  })
  await json('wallet faucet alice --amount 50')
  await json('wallet faucet masternode --amount 1')
  expect(await run('device join --no-run')).toMatchObject({
    code: 1,
    error: {
      code: 'DEVICE_KEY_NEEDED',
      message: 'alice has no digital key that is free; one costs 0.9999999972 NXQ.',
    },
  })
  const noEngine = { ...joinOptions, openEngine: openDeviceEngine, engineSocket: '/nowhere' }
  await expect(joinDevice(noEngine, shellOf())).rejects.toMatchObject({
    code: 'DEVICE_ENGINE_MISSING',
    hint: expect.stringContaining('apt-get install docker.io nftables'),
  })
  expect(await json('wallet show alice')).toMatchObject({ keys: '0' })
  expect(await run('device status')).toMatchObject({ error: { code: 'DEVICE_NOT_JOINED' } })
})

test('a machine joins: a key is bought, it is measured, its scores are accepted, it can be used', async () => {
  agent = joinDevice(joinOptions, shellOf(end.signal))
  agent.catch(() => {})
  const status = await Promise.race([
    until(async () => {
      const { document } = await run('device status')
      // Its tenants yield until a second and a half after the last round.
      const isBusy = JSON.stringify(document['reasons'] ?? []).includes('being measured')
      return document['isUsable'] === true && !isBusy ? document : undefined
    }),
    agent.then(() => {
      throw new Error('The agent ended.')
    }),
  ])
  expect(status).toMatchObject({
    device: 1,
    status: 'active',
    region: 'local',
    agent: { isDraining: false, links: [{ masternode: `127.0.0.1:${door.port}` }] },
    reasons: ['It is ready, and nothing is placed on it now.'],
  })
  const { cpu, memoryScore, storageScore } = status['accepted'] as Readonly<Record<string, number>>
  for (const score of [cpu, memoryScore, storageScore]) expect(score).toBeGreaterThan(0)
})

test('a second join finds all done', async () => {
  const before = await json('wallet show alice')
  expect(await json('device join --accept --yes --no-run')).toMatchObject({ device: 1 })
  await json('wallet create bob')
  expect(await json('device join --accept --yes')).toMatchObject({ device: 1, status: 'active' })
  expect(await json('wallet show alice')).toEqual(before)
  expect(await run('device run')).toMatchObject({ error: { code: 'DEVICE_AGENT_RUNNING' } })
})

test('a drained device says so, and is used again when that is undone', async () => {
  await json('device drain')
  const { machines } = await door.drive()
  await until(() => (machines.at(-1)?.isDraining === true ? true : undefined))
  await until(async () => ((await json('device status'))['isUsable'] === false ? true : undefined))
  expect((await json('device status'))['reasons']).toEqual([
    'It is being drained: nexqloud device drain --undo ends that.',
  ])
  await json('device drain --undo')
  await until(async () => ((await json('device status'))['isUsable'] === true ? true : undefined))
})

test('a wrong password keeps it from leaving, and changes nothing', async () => {
  const env = { NEXQLOUD_HOME: folder.path, NEXQLOUD_PASSWORD: 'wrong' }
  const leaving = leaveNetwork({ ...options, wait: 1 }, { ...shellOf(), env })
  await expect(leaving).rejects.toMatchObject({ code: 'WALLET_PASSWORD_WRONG' })
  expect(await json('device status')).toMatchObject({ isUsable: true })
})

test('it leaves once it is empty; nothing of it runs on, and its key is free', async () => {
  const { peer } = await door.drive()
  await peer.request('assign', { term: 1, serial: 1, pods: [pod] })
  await until(async () => ((await podsOf())[0]?.phase === 'Running' ? true : undefined))
  const tooEarly = leaveNetwork({ ...options, wait: 0, openEngine: engine.open }, shellOf())
  await expect(tooEarly).rejects.toMatchObject({
    code: 'DEVICE_NOT_EMPTY',
    message: 'Device 1 still has 1 pods after 0 minutes.',
  })
  await peer.request('assign', { term: 1, serial: 1, pods: [] })
  const shell = shellOf()
  await leaveNetwork({ ...options, wait: 1, openEngine: engine.open }, shell)
  await agent
  expect(JSON.parse(shell.printer.lines[0] ?? '')).toMatchObject({
    device: 1,
    status: 'retired',
    remains: [expect.stringContaining('tls.pem')],
  })
  expect(await json('device show 1')).toMatchObject({ status: 'retired' })
  expect(await run('device status')).toMatchObject({ error: { code: 'DEVICE_NOT_JOINED' } })
  expect(await json('device join --no-run --from alice')).toMatchObject({ device: 2, key: '101' })
  const { reasons } = await json('device status')
  expect(reasons).toContainEqual(expect.stringContaining('Its key was measured with lately'))
})

test('a join that was killed between the block and the file finds its device again', async () => {
  rmSync(join(deviceFolderOf(folder.path), 'membership.json'))
  expect(await json('device join --no-run --from alice')).toMatchObject({ device: 2, key: '101' })
})

test('a founding key, of which no event tells, is found too', async () => {
  const { ledger, keyring } = await openSession({}, shellOf())
  const owner = findWallet(keyring, 'owner').address
  expect(await findFreeKey(ledger, owner)).toBe(1n)
  expect(await findFreeKey(ledger, findWallet(keyring, 'alice').address)).toBeUndefined()
})

test('whoever is asked at a terminal may say no to buying a key', async () => {
  const answers = ['secret', 'n']
  const env = { NEXQLOUD_HOME: folder.path }
  const connect = async (url: string) => http(url)
  const shell = createMemoryShell({ answers, env, clock: systemClock, connect })
  rmSync(join(deviceFolderOf(folder.path), 'membership.json'))
  rmSync(join(deviceFolderOf(folder.path), 'tls.pem'))
  const joining = joinDevice({ ...joinOptions, yes: false, run: false, from: 'alice' }, shell)
  await expect(joining).rejects.toMatchObject({ code: 'DEVICE_KEY_NEEDED' })
})

const options = { json: true }
const joinOptions: JoinOptions = {
  ...options,
  yes: true,
  accept: true,
  run: true,
  logLevel: 'silent',
  openEngine: engine.open,
}

async function podsOf(): Promise<readonly { readonly phase: string }[]> {
  const { agent: running } = await json('device status')
  return (running as { readonly pods?: { readonly phase: string }[] } | null)?.pods ?? []
}
