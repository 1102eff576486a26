import { readFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

import { instances } from '@nexqloud/control'
import { createSeededRandom } from '@nexqloud/kernel'
import {
  createKubeClient,
  openKubeconfigTransport,
  StatusError,
  type KubeClient,
} from '@nexqloud/kube'
import { contracts, createLedger, nexqloudLocal, readLogPages } from '@nexqloud/ledger'
import { http, parseEventLogs, type Abi, type Address } from 'viem'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { usualResources } from '../src/instance/size.ts'
import { runToEnd } from './run-to-end.ts'
import { partOf, startUp, type UpProcess } from './up-process.ts'

/**
 * Leases open, close and are settled while masternode and chain are ended at any moment, as by a power cut. Fifty kills take some ten minutes, in which
 * two periods end; the usual few take one, in which mostly none does.
 */

const PORT_BASE = 31_900
const KILLS = Number(process.env['NEXQLOUD_TEST_KILLS'] ?? 6)
/** After its end a period is settled and paid. */
const SETTLED_SECONDS = 60
const namespace = 'default'
const patiently = { timeout: 180_000, interval: 500 }

const folder = mkdtempSync(join(tmpdir(), 'nexqloud-lease-kill-'))
const data = join(folder, 'data')
const random = createSeededRandom(Date.now())
let up: UpProcess
let client: KubeClient

beforeAll(async () => {
  up = await startUp(data, PORT_BASE, ['--devices', '3', '--engine', 'memory', '--app', 'none'])
  client = createKubeClient(await openKubeconfigTransport(readFileSync(up.kubeconfig, 'utf8')))
}, 300_000)
afterAll(async () => {
  await client.close()
  await runToEnd('down', '--data', data).ended
  rmSync(folder, { recursive: true })
})

test(
  'no lease is open twice or for ever, and none is paid twice or never, whatever dies when',
  {
    timeout: 600_000 + KILLS * 30_000,
  },
  async () => {
    const wanted = new Set<string>()
    for (let kill = 0; kill < KILLS; kill += 1) {
      const over = new AbortController()
      const churning = churn(wanted, over.signal)
      await wait(500 + (random() % 4000))
      await endAndAwait(random() % 2 === 0 ? 'masternode' : 'chain')
      over.abort()
      await churning
    }
    await vi.waitFor(async () => expect(await openLeases()).toBe(wanted.size), patiently)
    for (const name of wanted) await client.delete(instances, { namespace, name })
    await vi.waitFor(async () => expect(await openLeases()).toBe(0), patiently)
    const periods = await endedPeriods()
    process.stdout.write(`${KILLS} kills, ${periods} periods ended\n`)
    for (let period = 0; period < periods; period += 1) await verifyPaid(period)
    await expectNothingPaidTwice()
  },
)

/** Launches and removes instances for as long as the API answers. */
async function churn(wanted: Set<string>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const name = `app-${random() % 8}`
    try {
      if (wanted.has(name)) {
        await client.delete(instances, { namespace, name })
        wanted.delete(name)
      } else {
        await client.create(instances, { namespace }, instanceOf(name))
        wanted.add(name)
      }
    } catch (failure) {
      await settle(name, wanted, failure)
    }
    await wait(random() % 600)
  }
}

/** Whoever gets no answer asks what became of it, once somebody answers. */
async function settle(name: string, wanted: Set<string>, failure: unknown): Promise<void> {
  // One that is still being removed is taken another time.
  if (failure instanceof StatusError && failure.reason === 'AlreadyExists') return
  await vi.waitFor(async () => {
    const { items } = await client.list(instances, { namespace })
    const found = items.find(({ metadata }) => metadata?.name === name)
    if (found === undefined || found.metadata?.deletionTimestamp) wanted.delete(name)
    else wanted.add(name)
  }, patiently)
}

function instanceOf(name: string) {
  const containers = [{ name: 'main', image: 'nginx', resources: usualResources }]
  const template = { spec: { schedulerName: 'nexqloud', containers } }
  return { metadata: { name, namespace }, spec: { template } }
}

async function endAndAwait(part: 'masternode' | 'chain'): Promise<void> {
  const killed = await vi.waitFor(() => {
    const pid = partOf(data, part)
    if (pid === undefined) throw new Error(`No ${part} runs.`)
    return pid
  }, patiently)
  process.kill(killed, 'SIGKILL')
  await vi.waitFor(async () => {
    expect(partOf(data, part)).not.toBe(killed)
    expect(partOf(data, part)).toBeDefined()
    await client.list(instances, { namespace })
  }, patiently)
}

/** Returns how many periods are over so long that they should be paid. */
async function endedPeriods(): Promise<number> {
  const { read } = ledgerOf().settlement
  const [genesisTime, seconds] = await Promise.all([read.genesisTime(), read.periodSeconds()])
  const age = Date.now() / 1000 - Number(genesisTime) - SETTLED_SECONDS
  return Math.max(0, Math.floor(age / Number(seconds)))
}

/** Has somebody who knows the chain alone compute a period anew, and compare it with what was paid: to the wei, and all of it. */
async function verifyPaid(period: number): Promise<void> {
  const rpc = `http://127.0.0.1:${PORT_BASE}`
  await vi.waitFor(async () => {
    const { exitCode, output } = await runToEnd('settlement', 'verify', `${period}`, '--rpc', rpc)
      .ended
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 })
  }, patiently)
}

async function expectNothingPaidTwice(): Promise<void> {
  const paid: string[] = []
  for await (const { eventName, args } of eventsOf(contracts.leases)) {
    if (eventName === 'LeaseBilled') paid.push(`${args.instance}/${args.token}/${args.period}`)
  }
  for await (const { eventName, args } of eventsOf(contracts.settlement)) {
    if (eventName === 'RewardPaid') paid.push(`${args.period}/${args.device}`)
  }
  expect(paid.length).toBe(new Set(paid).size)
}

/** Returns how many leases are open; fails where an instance ever had two at once. */
async function openLeases(): Promise<number> {
  const last = new Map<string, { readonly token: bigint; readonly isOpen: boolean }>()
  for await (const { eventName, args } of eventsOf(contracts.leases)) {
    if (eventName === 'LeaseOpened') {
      const { token = 0n, isOpen = false } = last.get(args.instance) ?? {}
      expect([isOpen, args.token]).toEqual([false, token + 1n])
      last.set(args.instance, { token: args.token, isOpen: true })
    } else if (eventName === 'LeaseClosed') {
      expect(last.get(args.instance)).toEqual({ token: args.token, isOpen: true })
      last.set(args.instance, { token: args.token, isOpen: false })
    }
  }
  return [...last.values()].filter(({ isOpen }) => isOpen).length
}

/**
 * Reads all events of a contract, the oldest first.
 *
 * @yields each, decoded.
 */
async function* eventsOf<const Events extends Abi>({
  address,
  abi,
}: {
  readonly address: Address
  readonly abi: Events
}) {
  const ledger = ledgerOf()
  const toBlock = await ledger.client.getBlockNumber({ cacheTime: 0 })
  for await (const { logs } of readLogPages(ledger, { address, fromBlock: 0n, toBlock })) {
    yield* parseEventLogs({ abi, logs })
  }
}

function ledgerOf() {
  const transport = http(`http://127.0.0.1:${PORT_BASE}`)
  return createLedger({ chain: nexqloudLocal, transport })
}
