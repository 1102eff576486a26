import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { annotations, defineManagedWallets, managedWallets } from '@nexqloud/control'
import { parseAddress, systemClock, type Address } from '@nexqloud/kernel'
import {
  ADMINISTRATORS,
  createInProcessTransport,
  createKubeClient,
  createMemoryDisk,
  kinds,
  openApiServer,
  openObjectStore,
  type KubeClient,
} from '@nexqloud/kube'
import { createTlsIdentity } from '@nexqloud/tunnel'
import { http } from 'viem'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { features } from '../src/features.ts'
import { findWallet, networkKeysOf } from '../src/keystore/keyring.ts'
import { keepWallets } from '../src/managed-wallet/keep-wallets.ts'
import { WALLETS_NAMESPACE } from '../src/managed-wallet/kube-vault.ts'
import { createMemoryShell } from '../src/memory-shell.ts'
import { makeFounderKeys } from '../src/network/founder-keys.ts'
import { launchLocalNetwork } from '../src/network/launch.ts'
import { runProgram } from '../src/program.ts'
import { openScratchFolder, type ScratchFolder } from '../src/scratch-folder.ts'
import { openSession } from '../src/session/session.ts'
import { openWallet } from '../src/transaction/sender.ts'
import { findAnvil, startAnvil, type Anvil } from './anvil.ts'
import { foundersAt, until } from './device-lab.ts'

/** A tenant without a wallet has one kept: real contracts, the embedded API, the commands. */

const program = findAnvil()
const reason = `npm has no anvil for ${process.platform} on ${process.arch}`
const end = new AbortController()
const failures: unknown[] = []

let folder: ScratchFolder
let anvil: Anvil
let admin: KubeClient
let tenant: KubeClient
let keeping: Promise<void> | undefined
let closeApi = async () => {}

beforeAll(async () => {
  folder = openScratchFolder()
  if (program === undefined) return
  const keys = await makeFounderKeys(folder.path)
  writeFileSync(join(folder.path, 'founders.json'), foundersAt(4433, keys))
  const { genesisFile } = await launchLocalNetwork(folder.path, { clock: systemClock })
  anvil = await startAnvil(program, genesisFile)
  const doors = { chain: anvil.url, kubeconfig: join(folder.path, 'kubeconfig') }
  writeFileSync(doors.kubeconfig, 'of a test')
  writeFileSync(join(folder.path, 'endpoints.json'), JSON.stringify(doors))
  await openApi()
})

afterAll(async () => {
  end.abort()
  await keeping
  await closeApi()
  await anvil?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

beforeEach(({ skip }) => skip(program === undefined, reason))

test('a namespace gets a wallet, and hears what that needs', async () => {
  keeping = startKeeping()
  const made = await json('account manage --namespace acme --total 100 --rate 0.5')
  const address = parseAddress(String(made['address']))
  expect(made['ready']).toMatchObject({
    reason: 'Refused',
    message: expect.stringContaining(`setLimits: ${address} has 0 NXQ; this takes `),
  })
  const { metadata } = await admin.get(kinds.namespaces, { name: 'acme' })
  expect(metadata?.annotations?.[annotations.account]).toBe(address)
})

test('what is sent to it sets its limits, lets the masternode spend, and pays for its namespace', async () => {
  const address = await addressOf()
  await json(`wallet send --from faucet --to ${address} --amount 10`)
  const { ledger } = await openSession({}, shellOf())
  const account = await until(async () => {
    const found = await ledger.leases.read.account([address])
    return found.balance > 0n ? found : undefined
  })
  expect([account.maxTotal, account.maxRate]).toEqual([100n * 10n ** 18n, 500_000n])
  expect(await ledger.leases.read.isApproved([address, 1])).toBe(true)
  // A hundredth stays for fees, and some went into those.
  expect(account.balance / 10n ** 16n).toBe(998n)
})

test('its tenant sees the address, and no way to the key', async () => {
  const { status } = await tenant.get(managedWallets, { namespace: 'acme', name: 'account' })
  expect(status?.address).toBe(await addressOf())
  const { items: own } = await tenant.list(kinds.secrets, { namespace: 'acme' })
  expect(own).toEqual([])
  const forbidden = { reason: 'Forbidden' }
  await expect(tenant.list(kinds.secrets, { namespace: WALLETS_NAMESPACE })).rejects.toMatchObject(
    forbidden,
  )
  await expect(tenant.list(kinds.secrets)).rejects.toMatchObject(forbidden)
  const { items } = await admin.list(kinds.secrets, { namespace: WALLETS_NAMESPACE })
  expect(items.map(({ metadata, data }) => [metadata?.name, Object.keys(data ?? {})])).toEqual([
    [await uidOf('acme'), ['sealed', 'sealed-by', 'masternode', 'namespace']],
  ])
  // A nonce, a key and a tag, and none of it plain.
  expect(Buffer.from(items[0]?.data?.['sealed'] ?? '', 'base64')).toHaveLength(12 + 32 + 16)
})

test('a secret that is moved to another namespace opens nothing', async () => {
  const [secret] = (await admin.list(kinds.secrets, { namespace: WALLETS_NAMESPACE })).items
  await admin.create(kinds.namespaces, {}, { metadata: { name: 'thief' } })
  const name = await uidOf('thief')
  const copy = { metadata: { name }, data: secret?.data ?? {} }
  await admin.create(kinds.secrets, { namespace: WALLETS_NAMESPACE }, copy)
  const spec = { maxTotalWei: '1', maxRateMicroUsd: 1 }
  const wallet = { metadata: { name: 'account' }, spec }
  await admin.create(managedWallets, { namespace: 'thief' }, wallet)
  await until(() => failures.find((each) => String(each).includes('does not open')))
  const { status } = await admin.get(managedWallets, { namespace: 'thief', name: 'account' })
  expect(status?.address).toBeUndefined()
  await admin.delete(managedWallets, { namespace: 'thief', name: 'account' })
})

test('what is to leave leaves once, after the delay, also where its keeper was started again', async () => {
  const to = parseAddress(`0x${'b'.repeat(40)}`)
  const { ready } = await json(`account manage --namespace acme --withdraw 4 --to ${to}`)
  expect(ready).toMatchObject({
    message: expect.stringMatching(/^withdraw: it can leave after 20\S+ \S+ UTC\.$/),
  })
  const { ledger } = await openSession({}, shellOf())
  const address = await addressOf()
  expect((await ledger.leases.read.account([address])).leaving).toBe(4n * 10n ** 18n)
  await anvil.request('evm_increaseTime', [3601])
  await anvil.request('evm_mine')
  keeping = startKeeping()
  await until(async () => {
    const { status } = await admin.get(managedWallets, { namespace: 'acme', name: 'account' })
    return status?.withdrawal?.isDone === true ? true : undefined
  })
  expect(await ledger.client.getBalance({ address: to })).toBe(4n * 10n ** 18n)
  expect((await ledger.leases.read.account([address])).balance / 10n ** 16n).toBe(598n)
})

test('what two ask for at once leaves for both of them, though the masternode is away then', async () => {
  last.abort()
  await keeping
  const to = parseAddress(`0x${'c'.repeat(40)}`)
  const client = letMeet(2)
  const asked = [1, 2].map((amount) =>
    json(`account manage --namespace acme --withdraw ${amount} --to ${to}`, client),
  )
  await until(async () => ((await serialOf('acme')) > 1 ? true : undefined))
  keeping = startKeeping()
  await Promise.all(asked)
  expect(await serialOf('acme')).toBe(3)
  await anvil.request('evm_increaseTime', [3601])
  await anvil.request('evm_mine')
  keeping = startKeeping()
  const { ledger } = await openSession({}, shellOf())
  await until(async () => {
    const left = await ledger.client.getBalance({ address: to })
    return left === 3n * 10n ** 18n ? true : undefined
  })
})

test('two who ask for a new one at once get the same one', async () => {
  await admin.create(kinds.namespaces, {}, { metadata: { name: 'twice' } })
  const client = letMeet(2)
  const asked = [1, 2].map((total) =>
    json(`account manage --namespace twice --total ${total} --rate 0.5`, client),
  )
  const [one, other] = await Promise.all(asked)
  expect(one?.['address']).toBe(other?.['address'])
})

test('what is asked for has to be whole', async () => {
  await expect(json('account manage --namespace new --total 1')).rejects.toMatchObject({
    code: 'ACCOUNT_MANAGE_USAGE',
  })
  await expect(json('account manage --namespace acme --withdraw 1')).rejects.toMatchObject({
    code: 'ACCOUNT_MANAGE_USAGE',
  })
})

async function openApi(): Promise<void> {
  const store = await openObjectStore(createMemoryDisk(), { retainedEvents: 1000 })
  const server = await openApiServer({ store, clock: systemClock })
  const as = (user: Parameters<typeof createInProcessTransport>[1]) =>
    createKubeClient(createInProcessTransport(server, user))
  admin = as({ name: 'admin', groups: [ADMINISTRATORS] })
  tenant = as({ name: 'acme', groups: [], namespaces: ['acme'] })
  await defineManagedWallets(admin)
  await admin.create(kinds.namespaces, {}, { metadata: { name: 'acme' } })
  closeApi = async () => {
    server.close()
    await store.close()
  }
}

/** Keeps wallets as the masternode of the folder, from its keys alone; who did so before has ended. */
let last = new AbortController()
async function startKeeping(): Promise<void> {
  last.abort()
  await keeping
  last = new AbortController()
  const signal = AbortSignal.any([end.signal, last.signal])
  const session = await openSession({}, shellOf(signal))
  const tlsKey = readFileSync(join(networkKeysOf(folder.path).folder, 'masternode-tls.pem'), 'utf8')
  const sender = await openWallet(session, findWallet(session.keyring, 'masternode'), {})
  const keys = { tls: await createTlsIdentity(tlsKey), sender }
  const log = { warn: ({ err }: { err: unknown }) => void failures.push(err) }
  await keepWallets(session, { client: admin, keys, log: log as never }, signal)
}

/** Returns a client whose first readers of a wallet wait until so many have read. */
function letMeet(count: number): KubeClient {
  const all = Promise.withResolvers<void>()
  let readers = 0
  return {
    ...admin,
    get: async (...args) => {
      const found = await admin.get(...args).catch((failure: unknown) => ({ failure }))
      readers += 1
      if (readers >= count) all.resolve()
      await all.promise
      if ('failure' in found) throw found.failure
      return found
    },
  }
}

async function serialOf(namespace: string): Promise<number> {
  const { spec } = await admin.get(managedWallets, { namespace, name: 'account' })
  return spec.withdraw?.serial ?? 0
}

async function addressOf(): Promise<Address> {
  const { status } = await admin.get(managedWallets, { namespace: 'acme', name: 'account' })
  return parseAddress(status?.address ?? '')
}

async function uidOf(name: string): Promise<string> {
  return (await admin.get(kinds.namespaces, { name })).metadata?.uid ?? ''
}

function shellOf(signal = new AbortController().signal, client = admin) {
  const env = { NEXQLOUD_HOME: folder.path, NEXQLOUD_PASSWORD: 'secret' }
  const connect = async (url: string) => http(url)
  const openCluster = async () =>
    ({ client: { ...client, close: async () => {} }, streams: undefined }) as never
  return { ...createMemoryShell({ env, clock: systemClock, connect, openCluster }), signal }
}

/** Runs a command and returns the document that it prints. */
async function json(
  command: string,
  client?: KubeClient,
): Promise<Readonly<Record<string, unknown>>> {
  const shell = shellOf(undefined, client)
  const code = await runProgram([...command.split(' '), '--json'], { features, shell })
  expect({ command, code }).toEqual({ command, code: 0 })
  return JSON.parse(shell.printer.lines.at(-1) ?? '{}') as Record<string, unknown>
}
