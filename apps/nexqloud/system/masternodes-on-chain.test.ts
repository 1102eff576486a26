import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { parseDeviceId, systemClock, type Clock } from '@nexqloud/kernel'
import { kinds } from '@nexqloud/kube'
import {
  createLedger,
  nexqloudLocal,
  readPeriodDraw,
  readServingMasternodes,
  type Ledger,
} from '@nexqloud/ledger'
import { createWalletClient, http, parseEther, stringToHex, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { createInstance, podIsReady } from '../../../packages/masternode/test/instance.ts'
import { openRegion, type Region } from '../../../packages/masternode/test/region.ts'
import { chooseMasternodes, createMasternodeList } from '../src/device/masternode-list.ts'
import { findWallet, networkKeysOf, readKeyring, unlockWallet } from '../src/keystore/keyring.ts'
import { startChain, type ChainProcess } from './chain-process.ts'

/** Masternodes join and leave on a chain of ours, and devices that look there follow. */

const folder = mkdtempSync(join(tmpdir(), 'nexqloud-masternodes-'))
const devices = [1, 2, 3, 4, 5, 6]
const region = 'local'
const soon = { timeout: 60_000, interval: 200 }
/** A device asks the chain once a minute; here, minutes are short. */
const hurried: Clock = {
  ...systemClock,
  delay: (ms, signal) => systemClock.delay(Math.min(ms, 3000), signal),
}
let node: ChainProcess
let owner: Ledger

beforeAll(async () => {
  node = await startChain(folder)
  owner = ledgerOf(await openKey('owner'))
})
afterAll(async () => {
  await node.stop()
  rmSync(folder, { recursive: true })
})

test('a masternode that joins on chain is dialled by the devices that it is drawn for, one that leaves by none, and no container notices', async () => {
  const lab = await openRegion(3)
  await moveFirst(lab)
  for (const number of [2, 3]) await joinOnChain(lab, number)
  const agents = await Promise.all(devices.map((device) => joinDevice(lab, device)))
  for (const device of devices) await createInstance(lab.client, {}, `web-${device}`)
  for (const device of devices) await podIsReady(lab.client, '', `web-${device}`)
  await vi.waitFor(() => expectDrawn(lab), soon)
  const containers = () => Promise.all(agents.map((agent) => agent.containers()))
  const before = await containers()

  await lab.startAnother()
  await joinOnChain(lab, 4)
  await vi.waitFor(() => expectDrawn(lab), soon)
  expect(linksOf(lab).filter((numbers) => numbers.includes(4))).not.toEqual([])

  const [leaving] = await holders(lab)
  await mined(owner.masternodes.write.startLeaving([leaving ?? 0]))
  await vi.waitFor(() => expectDrawn(lab), soon)
  expect(linksOf(lab).filter((numbers) => numbers.includes(leaving ?? 0))).toEqual([])
  expect(await containers()).toEqual(before)
  expect(before.flat()).toHaveLength(devices.length)
  const { items } = await lab.client.list(kinds.events)
  const told = items.filter(({ reason }) => reason === 'DeviceDriven').map((event) => event.message)
  expect(told.filter((text) => text?.includes(`before, masternode-${leaving} did`))).not.toEqual([])
  expect(lab.failures).toEqual([])
})

/** The one that the network was launched with is where the region's first one is. */
async function moveFirst({ masternodes: [first] }: Region): Promise<void> {
  const { tlsKeyHash, endpoint } = registrationOf(first)
  await mined(
    owner.masternodes.write.update([1, tlsKeyHash, stringToHex(region, { size: 32 }), endpoint]),
  )
}

/** Registers a masternode with a stake of its own, and has it admitted. */
async function joinOnChain(lab: Region, number: number): Promise<void> {
  const signer = privateKeyToAccount(generatePrivateKey())
  const faucet = createWalletClient({
    account: await openKey('faucet'),
    chain: nexqloudLocal,
    transport: http(node.url),
  })
  await mined(faucet.sendTransaction({ to: signer.address, value: parseEther('2') }))
  const [stake] = await owner.masternodes.read.stakeTerms()
  const operator = await addressOf('owner')
  const registration = {
    operator,
    region: stringToHex(region, { size: 32 }),
    ...registrationOf(lab.masternodes[number - 1]),
  }
  await mined(ledgerOf(signer).masternodes.write.register([registration], { value: stake }))
  await mined(owner.masternodes.write.admit([number]))
}

function registrationOf(masternode: Region['masternodes'][number] | undefined) {
  const { keyHash: tlsKeyHash = '0x', port = 0 } = masternode?.door ?? {}
  return { tlsKeyHash, endpoint: `127.0.0.1:${port}` } as const
}

/** Starts a device that looks for its masternodes on the chain. */
function joinDevice(lab: Region, number: number) {
  const own = mkdtempSync(join(folder, 'device-'))
  const parts = { ledger: owner, folder: own, device: parseDeviceId(number), region }
  return lab.join(`device-${number}`, { targets: createMasternodeList(parts), clock: hurried })
}

/** Each device has links to those that the chain draws for it now, and one of them drives it. */
async function expectDrawn(lab: Region): Promise<void> {
  const [serving, draw] = await Promise.all([readServingMasternodes(owner), readPeriodDraw(owner)])
  const ports = lab.masternodes.map(({ door }) => door.port)
  const drawn = devices.map((number) => {
    const { kept } = chooseMasternodes(serving, { device: parseDeviceId(number), region }, draw)
    return kept.map(({ port }) => ports.indexOf(port) + 1).toSorted((a, b) => a - b)
  })
  expect(linksOf(lab)).toEqual(drawn)
  const driving = await holders(lab)
  expect(driving.filter((number, at) => drawn[at]?.includes(number) !== true)).toEqual([])
}

/** Returns to which masternodes each device has a link, by number. */
function linksOf({ masternodes }: Region): readonly (readonly number[])[] {
  return devices.map((device) =>
    masternodes.flatMap((each, at) =>
      each.devices.linkOf(`device-${device}`) === undefined ? [] : [at + 1],
    ),
  )
}

/** Returns who drives each device, by number. */
function holders({ client }: Region): Promise<readonly number[]> {
  return Promise.all(
    devices.map(async (device) => {
      const name = { namespace: 'nexqloud-system', name: `device-${device}` }
      const { spec } = await client.get(kinds.leases, name)
      return Number(spec?.holderIdentity?.split('-')[1])
    }),
  )
}

async function openKey(name: string): Promise<PrivateKeyAccount> {
  const password = readFileSync(networkKeysOf(folder).passwordFile, 'utf8').trim()
  const { privateKey } = await unlockWallet(findWallet(await readKeyring(folder), name), password)
  return privateKeyToAccount(privateKey)
}

async function addressOf(name: string): Promise<Hex> {
  return (await openKey(name)).address
}

function ledgerOf(account: PrivateKeyAccount): Ledger {
  return createLedger({ chain: nexqloudLocal, transport: http(node.url), account })
}

async function mined(sent: Promise<Hex>): Promise<void> {
  const hash = await sent
  const { status } = await owner.client.waitForTransactionReceipt({ hash, pollingInterval: 100 })
  expect(status).toBe('success')
}
