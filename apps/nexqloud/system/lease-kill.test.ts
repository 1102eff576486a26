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
import { http, parseEventLogs } from 'viem'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { usualResources } from '../src/instance/size.ts'
import { runToEnd } from './run-to-end.ts'
import { partOf, startUp, type UpProcess } from './up-process.ts'

/** Leases open and close while masternode and chain are ended at any moment, as by a power cut. */

const PORT_BASE = 31_900
const KILLS = 6
const namespace = 'default'
const patiently = { timeout: 180_000, interval: 500 }

const folder = mkdtempSync(join(tmpdir(), 'nexqloud-lease-kill-'))
const data = join(folder, 'data')
const random = createSeededRandom(Date.now())
const { address, abi } = contracts.leases
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

test('no lease is open twice or for ever, whatever dies when', { timeout: 600_000 }, async () => {
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
})

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

/** Returns how many leases are open; fails where an instance ever had two at once. */
async function openLeases(): Promise<number> {
  const ledger = createLedger({
    chain: nexqloudLocal,
    transport: http(`http://127.0.0.1:${PORT_BASE}`),
  })
  const toBlock = await ledger.client.getBlockNumber({ cacheTime: 0 })
  const last = new Map<string, { readonly token: bigint; readonly isOpen: boolean }>()
  for await (const { logs } of readLogPages(ledger, { address, fromBlock: 0n, toBlock })) {
    for (const { eventName, args } of parseEventLogs({ abi, logs })) {
      if (eventName === 'LeaseOpened') {
        const { token = 0n, isOpen = false } = last.get(args.instance) ?? {}
        expect([isOpen, args.token]).toEqual([false, token + 1n])
        last.set(args.instance, { token: args.token, isOpen: true })
      } else if (eventName === 'LeaseClosed') {
        expect(last.get(args.instance)).toEqual({ token: args.token, isOpen: true })
        last.set(args.instance, { token: args.token, isOpen: false })
      }
    }
  }
  return [...last.values()].filter(({ isOpen }) => isOpen).length
}
