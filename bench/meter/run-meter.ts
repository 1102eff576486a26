import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { openChain, paceByDefault, type Chain, type GenesisFile } from '@nexqloud/chain'
import { defineInstances, runMeter } from '@nexqloud/control'
import { parseAddress, systemClock } from '@nexqloud/kernel'
import {
  ADMINISTRATORS,
  createInProcessTransport,
  createKubeClient,
  createMemoryDisk,
  openApiServer,
  openObjectStore,
} from '@nexqloud/kube'
import {
  contracts,
  createHttpTransport,
  createLedger,
  createMeterLedger,
  nexqloudLocal,
} from '@nexqloud/ledger'
import { bytesToHex, encodeEventTopics, parseEther } from 'viem'

import { GENESIS_TIME } from '../chain/lease-network.ts'
import { DEVICES, prepareNetwork } from '../chain/lease-workload.ts'
import { openDoors } from '../chain/open-doors.ts'
import { drain } from '../chain/run-chain.ts'
import { runStage } from '../chain/run-stages.ts'
import type { Facts, Measure } from '../src/index.ts'
import { createChainSender } from './chain-sender.ts'
import { createFleet, type Fleet } from './fleet.ts'
import { createSteppedClock, type SteppedClock } from './stepped-clock.ts'

/** How much is metered for how long. */
export type MeterPlan = {
  readonly tenants: number
  readonly instances: number
  /** Ended each minute, at once, and as many started. */
  readonly replaced: number
  /** Fewer than 15: a masternode that posts no files is not active for longer. */
  readonly minutes: number
}

/** A meter waits in three loops: for leases, for what accounts have, and for labels to keep. */
const LOOPS = 3
/** What a command asks by, but for its patience: other work on this machine is nobody’s failure. */
const TRANSPORT = { retryCount: 0, timeout: 300_000, batch: { batchSize: 50 } }
/** Of each tenant: enough for all that it runs, for as long as it is metered. */
const MEANS = { value: parseEther('900'), maxRate: 100_000_000 }
/** Seconds after which all that there is at first has a lease. */
const FIRST_SECONDS = 20

/**
 * Has a real meter keep the leases of a fleet on a real chain, all in this process. The facts hold the seconds of CPU from when the API
 * has changed to when the chain agrees, minute by minute, those in which nothing is to be done included.
 */
export async function runMeterOnChain(measure: Measure, plan: MeterPlan): Promise<Facts> {
  const clock = createSteppedClock(Number(GENESIS_TIME + 30n) * 1000, LOOPS)
  const { cast, genesis, setup } = await prepareNetwork(plan.tenants, MEANS)
  await using node = await openNode(genesis, clock)
  await using api = await openApi()
  for (const stage of setup) await runStage(node.chain, stage)
  const fleet = await createFleet(api.client, { ...plan, tenants: cast.tenants, devices: DEVICES })
  const over = new AbortController()
  const failures: unknown[] = []
  const makeBlock = blocksOf(node.chain, clock)
  const metering = runMeter(
    {
      client: api.client,
      clock,
      onFailure: (failure) => failures.push(failure),
      ledger: createMeterLedger({
        ledger: node.ledger,
        signer: parseAddress(cast.masternode.address),
        send: createChainSender(node.ledger, cast.masternode, makeBlock),
        clock,
        isTimeProven: () => true,
      }),
    },
    over.signal,
  )
  try {
    await clock.idle()
    await clock.pass(FIRST_SECONDS * 1000)
    const first = await countLeases(node.chain)
    const countedCpuSeconds = await measure(() => runMinutes(clock, fleet, plan))
    const last = await countLeases(node.chain)
    if (failures.length > 0) throw new AggregateError(failures, 'The meter failed.')
    const [opened, closed] = [last.opened - first.opened, last.closed - first.closed]
    return { leases: first.opened, opened, closed, countedCpuSeconds }
  } finally {
    over.abort()
    await metering
  }
}

/** What the node waits for passes by itself; its blocks and calls are of the time that the meter has. */
async function openNode(genesis: GenesisFile, { wallMs }: SteppedClock) {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-bench-'))
  const clock = { ...systemClock, wallMs }
  const chain = await openChain({ genesis, folder, clock })
  const server = await openDoors(chain, clock)
  const transport = createHttpTransport(server.url, TRANSPORT)
  return {
    chain,
    ledger: createLedger({ chain: nexqloudLocal, transport }),
    [Symbol.asyncDispose]: async () => {
      await server.close()
      await chain.close()
      rmSync(folder, { recursive: true })
    },
  }
}

async function runMinutes(clock: SteppedClock, fleet: Fleet, plan: MeterPlan): Promise<number> {
  let cpuSeconds = 0
  for (let minute = 0; minute < plan.minutes; minute += 1) {
    await fleet.replace(plan.replaced)
    const before = process.cpuUsage()
    await clock.pass(60_000)
    const { user, system } = process.cpuUsage(before)
    cpuSeconds += (user + system) / 1e6
  }
  return cpuSeconds
}

/** So long the sequencer waits for what is sent along. */
const { gatherMs } = paceByDefault

/** Makes a block of all that is sent at about the same time, as the sequencer does. */
function blocksOf(chain: Chain, clock: SteppedClock): () => Promise<void> {
  let making: Promise<void> | undefined
  return async () => {
    // What this one waits for may have been sent after a block was begun.
    if (making !== undefined) await making
    making ??= delay(gatherMs)
      .then(() => drain(chain, BigInt(Math.floor(clock.wallMs() / 1000))))
      .finally(() => {
        making = undefined
      })
    await making
  }
}

async function openApi() {
  const store = await openObjectStore(createMemoryDisk(), { retainedEvents: 10_000 })
  const server = await openApiServer({ store })
  const user = { name: 'control', groups: [ADMINISTRATORS] }
  const client = createKubeClient(createInProcessTransport(server, user))
  await defineInstances(client)
  return {
    client,
    [Symbol.asyncDispose]: async () => {
      server.close()
      await store.close()
    },
  }
}

/** Counts the leases that were opened and closed so far. */
async function countLeases({ reader, head }: Chain): Promise<{ opened: number; closed: number }> {
  const { abi } = contracts.leases
  const topicOf = (eventName: 'LeaseOpened' | 'LeaseClosed') =>
    encodeEventTopics({ abi, eventName })[0]
  const topics = { opened: topicOf('LeaseOpened'), closed: topicOf('LeaseClosed') }
  const counts = { opened: 0, closed: 0 }
  for (let number = 1n; number <= head().header.number; number += 1n) {
    const receipts = (await reader.receipts(number)) ?? []
    for (const log of receipts.flatMap(({ logs }) => logs)) {
      const topic = bytesToHex(log.topics[0] ?? new Uint8Array())
      if (topic === topics.opened) counts.opened += 1
      if (topic === topics.closed) counts.closed += 1
    }
  }
  return counts
}
