import { readFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { readNetwork } from '@nexqloud/contracts'
import {
  createInstanceKey,
  parseAddress,
  parseDeviceId,
  systemClock,
  type InstanceKey,
} from '@nexqloud/kernel'
import {
  acceptanceData,
  createLedger,
  createMeterLedger,
  type Ledger,
  nexqloudLocal,
  registrationData,
} from '@nexqloud/ledger'
import { dryAt, findRefusal } from '@nexqloud/rules'
import {
  createWalletClient,
  http,
  parseEther,
  stringToHex,
  type Hex,
  type PrivateKeyAccount,
} from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { findWallet, networkKeysOf, readKeyring, unlockWallet } from '../src/keystore/keyring.ts'
import { runCommand, startChain, type ChainProcess } from './chain-process.ts'

/** From a bought key to a closed lease, on a node in a process of its own, by wallets that know nothing of it. */

const folder = mkdtempSync(join(tmpdir(), 'nexqloud-lease-'))
const [owner, tenant] = [newAccount(), newAccount()]
const scores = { cpu: 100, memoryScore: 90, storageScore: 80, gpu: 0, isp: 70 }
const device = parseDeviceId(1)
const instance: InstanceKey = createInstanceKey(parseAddress(tenant.address), 1n)
let node: ChainProcess
let masternode: Ledger

beforeAll(async () => {
  node = await startChain(folder)
  masternode = ledgerOf(await openKey('masternode'))
  const faucet = client(await openKey('faucet'))
  for (const { address } of [owner, tenant]) {
    await mined(faucet.sendTransaction({ to: address, value: parseEther('50') }))
  }
})
afterAll(async () => {
  await node.stop()
  rmSync(folder, { recursive: true })
})

test('an owner buys a key and registers a device with a signature that somebody else sends', async () => {
  const ledger = ledgerOf(owner)
  await mined(ledger.digitalKeys.write.buy([owner.address], { value: parseEther('2') }))
  const key = BigInt(readNetwork('local').keys.foundingCount + 1)
  expect(await ledger.digitalKeys.read.ownerOf([key])).toBe(owner.address)
  const deadline = await inAnHour()
  const registration = {
    owner: parseAddress(owner.address),
    key,
    tlsKeyHash: `0x${'7'.repeat(64)}`,
    region: stringToHex('eu-west-1', { size: 32 }),
    nonce: 0n,
    deadline,
  } as const
  const signature = await owner.signTypedData(registrationData(nexqloudLocal.id, registration))
  await mined(masternode.devices.write.register([registration, signature]))
  expect(await masternode.devices.read.deviceOfKey([key])).toBe(device)
})

test('a masternode drawn by lot measures it, and the owner accepts by signature', async () => {
  await mined(masternode.devices.write.draw([device]))
  await mined(masternode.devices.write.measure([device, scores]))
  const acceptance = { device, scores, nonce: 1n, deadline: await inAnHour() }
  const consent = await owner.signTypedData(acceptanceData(nexqloudLocal.id, acceptance))
  await mined(masternode.devices.write.accept([device, scores, acceptance.deadline, consent]))
  expect(await masternode.devices.read.isActive([device])).toBe(true)
  expect(command('device', 'show', '1')).toContain('active')
})

test('a tenant deposits, sets limits and approves; the masternode opens a lease', async () => {
  const { leases } = ledgerOf(tenant)
  await mined(leases.write.deposit([tenant.address], { value: parseEther('10') }))
  await mined(leases.write.setLimits([parseEther('10'), 1_000_000]))
  await mined(leases.write.approve([1]))
  const { timestamp } = await masternode.client.getBlock()
  const opening = { instance, device, kind: 1, startedAt: Number(timestamp), token: 1n, waited: 0 }
  await mined(masternode.leases.write.open([[opening]]))
  expect((await leases.read.lease([instance, 1n])).device).toBe(device)
  const shown = JSON.parse(command('lease', 'show', instance, '--json')) as Record<string, unknown>
  expect(shown).toMatchObject({ instance, token: '1' })
})

test('the tenant closes it, and the account says what is held', async () => {
  const { leases } = ledgerOf(tenant)
  await mined(leases.write.close([[{ instance, token: 1n }]]))
  const { buffers, rateSum } = await leases.read.account([tenant.address])
  expect([buffers, rateSum].map(BigInt)).toEqual([0n, 0n])
  const account = JSON.parse(command('account', 'show', tenant.address, '--json')) as Shown
  expect(BigInt(account['holdsWei'] ?? 0)).toBeGreaterThan(0n)
})

test('the meter reads what happened, and opens and closes in the masternode’s name', async () => {
  const meter = await openMeter()
  const before = await meter.read()
  const ended = before.leases.get(instance)
  expect(ended).toMatchObject({ token: 1n, device, end: expect.any(Number) })
  expect(before.kinds).toContainEqual({ id: 2, name: 't3.micro', microUsdPerHour: 4000n })
  const opening = { instance, device, kind: 2, startedAt: ended?.end ?? 0, token: 2n, waited: 0 }
  const stranger = { ...opening, instance: createInstanceKey(parseAddress(owner.address), 1n) }
  expect(await meter.open([opening, { ...stranger, token: 1n }])).toEqual([
    { opening: { ...stranger, token: 1n }, reason: 'NotApproved' },
  ])
  expect(await meter.open([opening])).toEqual([{ opening, reason: 'TokenNotNext' }])
  const { leases } = await meter.read()
  expect(leases.get(instance)).toMatchObject({
    token: 2n,
    device,
    kind: 2,
    startedAt: ended?.end,
    opener: 1,
  })
  const lease = { instance, token: 2n }
  expect(await meter.close([lease])).toEqual([])
  expect(await meter.close([lease])).toEqual([{ lease, reason: 'NotOpen' }])
  expect((await meter.read()).leases.get(instance)?.end).toBeGreaterThanOrEqual(ended?.end ?? 0)
})

test('the meter reads what an account has, by the contract’s own words, and so foretells what it refuses', async () => {
  const meter = await openMeter()
  const [account, empty] = [tenant, owner].map(({ address }) => parseAddress(address))
  const { leases } = ledgerOf(tenant)
  const funds = (await meter.readFunds([account!, empty!])).get(account!)
  expect(funds).toMatchObject({ isApproved: true, maxRate: 1_000_000n, rateSum: 0n })
  expect(findRefusal(funds!, 4000n)).toBeUndefined()
  const ended = (await meter.read()).leases.get(instance)?.end ?? 0
  const opening = { instance, device, kind: 2, startedAt: ended, token: 3n, waited: 0 }
  await mined(leases.write.setLimits([parseEther('10'), 3999]))
  await mined(leases.write.revoke([1]))
  const after = await meter.readFunds([account!, empty!])
  expect(findRefusal(after.get(account!)!, 4000n)).toBe('NotApproved')
  expect(findRefusal({ ...after.get(account!)!, isApproved: true }, 4000n)).toBe('RateAboveLimit')
  expect(findRefusal(after.get(empty!)!, 4000n)).toBe('NotApproved')
  await mined(leases.write.approve([1]))
  await mined(leases.write.setLimits([parseEther('10'), 1_000_000]))
  expect(await meter.open([opening])).toEqual([])
  const open = (await meter.readFunds([account!])).get(account!)
  const spendable = await leases.read.spendableAt([tenant.address, BigInt(open?.at ?? 0)])
  expect(open).toMatchObject({ rateSum: 4000n, spendable })
  expect(dryAt(open!)! - open!.at).toBe(
    Number(await leases.read.runwayAt([tenant.address, BigInt(open!.at)])),
  )
  await meter.close([{ instance, token: 3n }])
  const [closed] = (await meter.readFunds([account!])).values()
  const toldAt = BigInt(closed?.at ?? 0)
  const said = await leases.read.spendableAt([tenant.address, toldAt])
  expect(closed).toMatchObject({ rateSum: 0n, spendable: said })
})

test('no coin came or went, and the blocks verify', async () => {
  const { alloc } = JSON.parse(readFileSync(join(folder, 'genesis.json'), 'utf8')) as Genesis
  const people = [...Object.keys(alloc), owner.address, tenant.address] as Hex[]
  const blockNumber = await masternode.client.getBlockNumber()
  const balances = await Promise.all(
    people.map((address) => masternode.client.getBalance({ address, blockNumber })),
  )
  const { inFlightWei = '' } = JSON.parse(command('supply', '--json')) as Shown
  const all = balances.reduce((sum, wei) => sum + wei, BigInt(inFlightWei))
  expect(all).toBe(parseEther('21000000'))
  expect(await node.stop()).toBe(0)
  expect(command('chain', 'verify')).toMatch(/^All \d+ blocks are what the rules lead to\.$/m)
})

type Shown = Readonly<Record<string, string>>
type Genesis = { readonly alloc: Readonly<Record<string, unknown>> }

function newAccount(): PrivateKeyAccount {
  return privateKeyToAccount(generatePrivateKey())
}

async function openKey(name: string): Promise<PrivateKeyAccount> {
  const password = readFileSync(networkKeysOf(folder).passwordFile, 'utf8').trim()
  const { privateKey } = await unlockWallet(findWallet(await readKeyring(folder), name), password)
  return privateKeyToAccount(privateKey)
}

/** The leases as a masternode's meter has them. */
async function openMeter() {
  return createMeterLedger({
    ledger: createLedger({ chain: nexqloudLocal, transport: http(node.url) }),
    signer: parseAddress((await openKey('masternode')).address),
    clock: systemClock,
    isTimeProven: () => true,
    send: async ({ to, data }) =>
      masternode.client.waitForTransactionReceipt({
        hash: await client(await openKey('masternode')).sendTransaction({ to, data }),
        pollingInterval: 100,
      }),
  })
}

function client(account: PrivateKeyAccount) {
  return createWalletClient({ account, chain: nexqloudLocal, transport: http(node.url) })
}

function ledgerOf(account: PrivateKeyAccount): Ledger {
  return createLedger({ chain: nexqloudLocal, transport: http(node.url), account })
}

async function mined(sent: Promise<Hex>): Promise<void> {
  const { status } = await masternode.client.waitForTransactionReceipt({
    hash: await sent,
    pollingInterval: 100,
  })
  expect(status).toBe('success')
}

async function inAnHour(): Promise<bigint> {
  const { timestamp } = await masternode.client.getBlock()
  return timestamp + 3600n
}

function command(...args: readonly string[]): string {
  const { exitCode, output } = runCommand(...args, '--data', folder)
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 })
  return output
}
