import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { systemClock } from '@nexqloud/kernel'
import { contracts } from '@nexqloud/ledger'
import type { PublicPosts } from '@nexqloud/tunnel'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { joinDevice } from '../src/device/join.ts'
import { leaveNetwork } from '../src/device/leave.ts'
import { findWallet, networkKeysOf } from '../src/keystore/keyring.ts'
import { createSendQueue } from '../src/masternode/send-queue.ts'
import { makeFounderKeys } from '../src/network/founder-keys.ts'
import { launchLocalNetwork } from '../src/network/launch.ts'
import { createChainRelay, RELAY_GAS } from '../src/relay/chain-relay.ts'
import { openScratchFolder, type ScratchFolder } from '../src/scratch-folder.ts'
import { openSession } from '../src/session/session.ts'
import { openWallet } from '../src/transaction/sender.ts'
import { findAnvil, startAnvil, type Anvil } from './anvil.ts'
import {
  createMemoryEngine,
  foundersAt,
  openMasternodeDoor,
  startMeasurer,
  until,
  type MasternodeDoor,
} from './device-lab.ts'
import { createFolderCommands } from './folder-commands.ts'

/** Somebody without a single wei joins with a key that was given away, works, and leaves: real contracts, a real door. */

const program = findAnvil()
const reason = `npm has no anvil for ${process.platform} on ${process.arch}`
const engine = createMemoryEngine()
const end = new AbortController()

const { shellOf, json, run } = createFolderCommands(() => folder.path)
let folder: ScratchFolder
let door: MasternodeDoor
let anvil: Anvil
let measurer: Promise<void> | undefined
let agent: Promise<void> | undefined
let relay: PublicPosts = async () => undefined
const agentShell = () => shellOf(end.signal)

beforeAll(async () => {
  folder = openScratchFolder()
  if (program === undefined) return
  const keys = await makeFounderKeys(folder.path)
  const keyFile = join(networkKeysOf(folder.path).folder, 'masternode-tls.pem')
  const offer = { posts: (post) => relay(post) } satisfies { posts: PublicPosts }
  door = await openMasternodeDoor({ keyPem: readFileSync(keyFile, 'utf8'), offer })
  writeFileSync(join(folder.path, 'founders.json'), foundersAt(door.port, keys))
  const { genesisFile } = await launchLocalNetwork(folder.path, { clock: systemClock })
  anvil = await startAnvil(program, genesisFile)
  writeFileSync(join(folder.path, 'endpoints.json'), JSON.stringify({ chain: anvil.url }))
})

afterAll(async () => {
  end.abort()
  await Promise.allSettled([measurer, agent])
  await door?.[Symbol.asyncDispose]()
  await anvil?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

beforeEach(({ skip }) => skip(program === undefined, reason))

test('where no masternode relays, whoever has nothing is told that', async () => {
  for (const name of ['alice', 'bob']) await json(`wallet create ${name}`)
  await json('wallet faucet alice --amount 50')
  await json('wallet faucet masternode --amount 10')
  // A chain on which nothing is free: whoever has nothing can send nothing.
  await anvil.request('anvil_setNextBlockBaseFeePerGas', ['0x3b9aca00'])
  await json('key buy --from alice')
  await json('key transfer 101 --to bob --from alice')
  expect(await run('device join --no-run --from bob')).toMatchObject({
    code: 1,
    error: {
      code: 'RELAY_REFUSED',
      message: 'No masternode has sent it: masternode 1: it relays nothing.',
    },
  })
})

test('a key that was given to an empty wallet is enough to join, be measured and work', async () => {
  await openRelay()
  const shell = agentShell()
  agent = joinDevice(joinOptions, shell)
  agent.catch(() => {})
  await Promise.race([
    until(async () => {
      const { document } = await run('device status')
      return document['status'] === 'active' ? true : undefined
    }),
    agent.then(() => Promise.reject(new Error('The agent ended.'))),
  ])
  await until(() => shell.printer.lines.find((line) => line.startsWith('status')))
  expect(shell.printer.lines.filter((line) => line.startsWith('relayed'))).toEqual([
    'relayed     registration, sent and paid for by masternode 1: bob has 0 NXQ',
    'relayed     acceptance, sent and paid for by masternode 1: bob has 0 NXQ',
  ])
  await expectUntouched('bob')
})

test('what the contract would refuse is not paid for, and its reason is told', async () => {
  const before = await countSent('masternode')
  expect(await run('device join --no-run --from bob --key 101 --name second')).toMatchObject({
    code: 1,
    error: { code: 'CLI_REFUSED', errorName: 'DevicesKeyInUse' },
  })
  expect(
    await run('device join --no-run --from bob --key 101 --name second --relay'),
  ).toMatchObject({
    error: {
      code: 'RELAY_REFUSED',
      message:
        'No masternode has sent it: masternode 1: The contract refuses this: DevicesKeyInUse(key: 101, device: 1).',
    },
  })
  expect(await countSent('masternode')).toBe(before)
})

test('it leaves, and its wallet has still sent nothing', async () => {
  const shell = shellOf()
  const leaving = { json: false, wait: 1, openEngine: engine.open }
  await leaveNetwork(leaving, shell)
  await agent
  expect(shell.printer.lines[0]).toBe(
    'retirement, sent and paid for by masternode 1: bob has 0 NXQ',
  )
  expect(await json('device show 1')).toMatchObject({ status: 'retired' })
  await expectUntouched('bob')
})

test('a call takes less gas than a relay keeps for each of a hundred more', async () => {
  const { ledger } = await openSession({}, shellOf())
  const { abi, address } = contracts.devices
  const names = ['DeviceRegistered', 'DeviceAccepted', 'DeviceRetired'] as const
  for (const eventName of names) {
    const [event] = await ledger.client.getContractEvents({
      abi,
      address,
      eventName,
      fromBlock: 0n,
    })
    const hash = event?.transactionHash ?? '0x'
    const { gasUsed } = await ledger.client.getTransactionReceipt({ hash })
    expect(gasUsed).toBeLessThan(RELAY_GAS)
  }
})

test('who could pay may have a masternode do it', async () => {
  const before = await countSent('alice')
  await json('key buy --from alice')
  await json('device join --no-run --from alice --relay --name third')
  expect(await json('device show 2')).toMatchObject({ status: 'registered', key: '102' })
  expect(await countSent('alice')).toBe(before + 1)
})

const joinOptions = {
  from: 'bob',
  accept: true,
  run: true,
  logLevel: 'silent',
  openEngine: engine.open,
}

/** Has the masternode relay, and measure, by one queue. */
async function openRelay(): Promise<void> {
  const session = await openSession({}, agentShell())
  const wallet = session.keyring.networkKeys.find(({ name }) => name === 'masternode')
  if (wallet === undefined) throw new Error('The network has no masternode.')
  const sender = await openWallet(session, wallet, {})
  const send = createSendQueue(session, sender)
  const log = { info: () => {}, warn: () => {} }
  relay = createChainRelay(session, { sender, send, log })
  measurer = startMeasurer(door, agentShell(), send)
}

async function expectUntouched(name: string): Promise<void> {
  const { ledger, keyring } = await openSession({}, shellOf())
  const { address } = findWallet(keyring, name)
  expect(await ledger.client.getBalance({ address })).toBe(0n)
  expect(await ledger.client.getTransactionCount({ address })).toBe(0)
  expect((await ledger.client.getBlock()).baseFeePerGas).toBeGreaterThan(0n)
}

async function countSent(name: string): Promise<number> {
  const { ledger, keyring } = await openSession({}, shellOf())
  return ledger.client.getTransactionCount({ address: findWallet(keyring, name).address })
}
