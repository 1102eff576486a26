/** Masternodes that settle on the real contracts, in a node whose time passes when a test says so. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

import {
  createInstanceKey,
  parseAddress,
  parseDeviceId,
  parseMasternodeId,
  parsePeriod,
} from '@nexqloud/kernel'
import {
  acceptanceData,
  createLedger,
  nexqloudLocal,
  registrationData,
  type Ledger,
} from '@nexqloud/ledger'
import { createCalendar } from '@nexqloud/rules'
import { openFileShelf, openWitnessJournal } from '@nexqloud/store'
import type { PublicPages } from '@nexqloud/tunnel'
import { http, parseEther, stringToHex, type Hex, type PrivateKeyAccount } from 'viem'
import { expect, onTestFinished } from 'vitest'

import {
  accountOf,
  createLocalGenesis,
  founder,
} from '../../../packages/chain/test/local-genesis.ts'
import { openRpcNode, type RpcNode } from '../../../packages/chain/test/rpc-node.ts'
import { createSendQueue } from '../src/masternode/send-queue.ts'
import { openSettling } from '../src/masternode/settling.ts'
import { createMemoryShell } from '../src/memory-shell.ts'
import { openReader, type Door } from './member-door.ts'

export const owner = accountOf(1)
const tenant = accountOf(2)
export const device = parseDeviceId(1)
export const instance = createInstanceKey(parseAddress(tenant.address), 7n)
const calendar = createCalendar({ genesisTime: 1_700_000_000, periodSeconds: 300 })
const scores = { cpu: 100, memoryScore: 90, storageScore: 80, gpu: 0, isp: 70 }
const region = stringToHex('eu-west-1', { size: 32 })

/** A chain, and what a test does on it. */
export type SettlingChain = Awaited<ReturnType<typeof openSettlingChain>>

/** Opens a chain that ends with the test; the founder is its only masternode. */
export async function openSettlingChain() {
  const rich = [owner, tenant, accountOf(3), accountOf(4)]
  const node = await openRpcNode(
    await createLocalGenesis(
      Object.fromEntries(rich.map(({ address }) => [address, parseEther('50')])),
    ),
  )
  onTestFinished(() => node.close())
  const questions = { asked: 0, answered: 0 }
  const transport = http(node.url, {
    onFetchRequest: () => void (questions.asked += 1),
    onFetchResponse: () => void (questions.answered += 1),
  })
  const ledger = createLedger({ chain: nexqloudLocal, transport })
  return {
    node,
    ledger,
    leaseDevice: () => leaseDevice(node),
    /** Closes the lease, and has another one for a moment once so many seconds are over, all of which the instance waited. */
    standStill: (waited: number) => standStill(node, waited),
    passTo: async (period: number, seconds: number) => {
      const time = calendar.genesisTime + period * calendar.periodSeconds + seconds
      await node.clock.pass(time * 1000 - node.clock.wallMs())
      await node.makeBlock()
    },
    admit: (account: PrivateKeyAccount) => admit(node, account),
    /** Says where a masternode is. */
    announce: (id: number, { port, keyHash }: Door) => {
      const { masternodes } = ledgerOf(node, founder)
      return mined(node, masternodes.write.update([id, keyHash, region, `127.0.0.1:${port}`]))
    },
    balanceOf: (address: Hex) => ledger.client.getBalance({ address }),
    sentBy: (address: Hex) => ledger.client.getTransactionCount({ address }),
    /** What so many seconds of the lease cost. */
    costOf: async (period: number, seconds: number) => {
      const { rate } = await ledger.leases.read.lease([instance, 1n])
      const price = await ledger.prices.read.weiPerMicroUsd([BigInt(period)])
      return (BigInt(rate) * price * BigInt(seconds)) / 3600n
    },
    pass: createPass(node, questions),
  }
}

/** What was asked of a node, and what it has answered. */
type Questions = { asked: number; answered: number }

/** Nothing is due from then on until the period ends: seconds. */
const [QUIET_FROM, QUIET_UNTIL, QUIET_STEP] = [120, 280, 10]

/**
 * Returns what lets time pass in so many steps, each with a block: of a second, or of ten where nothing is due. The next one waits until whoever
 * acted in this one has its answers, however slow the machine is.
 */
function createPass({ clock, makeBlock }: RpcNode, questions: Questions) {
  const untilQuiet = async (): Promise<void> => {
    for (let quiet = 0; quiet < 5; quiet += 1) {
      await wait(1)
      if (questions.asked !== questions.answered) quiet = -1
    }
  }
  return async (steps: number): Promise<void> => {
    for (let step = 0; step < steps; step += 1) {
      const second = (clock.wallMs() / 1000 - calendar.genesisTime) % calendar.periodSeconds
      const isQuiet = second >= QUIET_FROM && second < QUIET_UNTIL
      if (isQuiet) await clock.pass((QUIET_STEP - 1) * 1000)
      await makeBlock()
      await untilQuiet()
    }
  }
}

type Fields = Readonly<Record<string, unknown>>

/** Opens a masternode of the chain: its disk, its log, and its part in settling. */
export async function openMember(
  { node, ledger, pass }: SettlingChain,
  {
    account = founder,
    id = 1,
  }: { readonly account?: PrivateKeyAccount; readonly id?: number } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'nexqloud-settling-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const shelf = await openFileShelf({ folder, calendar })
  const record = { shelf, calendar, masternode: parseMasternodeId(id) }
  const journal = await openWitnessJournal(record)
  const told: (readonly [event: string, fields: Fields])[] = []
  const reader = await openReader()
  const find = (event: string, period: number) =>
    told.find(([name, fields]) => name === event && fields['period'] === period)?.[1]
  return {
    shelf,
    told: find,
    reader,
    /** An instance runs for so many seconds of each minute on the device, which is there all the time. */
    witness: async (number: number, { seconds }: { readonly seconds: number }) => {
      const runs = seconds > 0 ? [{ instance, device, seconds }] : []
      for (let index = 0; index < 5; index += 1) {
        await journal.append(parsePeriod(number), { index, devices: [device], runs })
      }
      await journal.sealBefore(parsePeriod(number + 1))
    },
    /** Settles while a test acts. */
    settle: async (act: (pages: PublicPages) => Promise<void>): Promise<void> => {
      const over = new AbortController()
      const shell = createMemoryShell({ clock: node.clock, signal: over.signal })
      const session = { ledger, chain: nexqloudLocal, shell } as never
      const wallet = { name: 'masternode', address: parseAddress(account.address), file: '' }
      const log = (fields: Fields, event: string): void => void told.push([event, fields])
      const settling = await openSettling({
        session,
        record,
        account,
        identity: reader.identity,
        send: createSendQueue(session, { account, wallet }),
        log: { info: log, warn: log } as never,
        signal: over.signal,
      })
      reader.show(settling)
      const running = settling.run(over.signal)
      await act(settling.pages)
      over.abort()
      await pass(5)
      await running
    },
    passUntil: async (event: string, period: number): Promise<void> => {
      for (let step = 0; step < 300; step += 1) {
        if (find(event, period) !== undefined) return
        await pass(1)
      }
      expect.fail(`${event} of period ${period} did not come: ${JSON.stringify(told.map(String))}`)
    },
  }
}

function ledgerOf({ url }: RpcNode, account: PrivateKeyAccount): Ledger {
  return createLedger({ chain: nexqloudLocal, transport: http(url), account })
}

async function mined(node: RpcNode, sending: Promise<Hex>): Promise<void> {
  const hash = await sending
  await node.makeBlock()
  const { client } = ledgerOf(node, founder)
  expect(await client.getTransactionReceipt({ hash })).toMatchObject({ status: 'success' })
}

/** Has one more masternode admitted, and returns how to say where it is. */
async function admit(node: RpcNode, account: PrivateKeyAccount) {
  const own = ledgerOf(node, account)
  const registration = {
    operator: founder.address,
    tlsKeyHash: `0x${'2'.repeat(64)}`,
    region,
    endpoint: 'nowhere:1',
  } as const
  const [stake] = await own.masternodes.read.stakeTerms()
  await mined(node, own.masternodes.write.register([registration], { value: stake }))
  const id = await own.masternodes.read.idOf([account.address])
  await mined(node, ledgerOf(node, founder).masternodes.write.admit([id]))
  return id
}

/** From a bought key to an open lease. */
async function leaseDevice(node: RpcNode): Promise<void> {
  const [contributor, payer, own] = [owner, tenant, founder].map((each) => ledgerOf(node, each))
  if (contributor === undefined || payer === undefined || own === undefined) return
  const value = parseEther('2')
  await mined(node, contributor.digitalKeys.write.buy([owner.address], { value }))
  const events = await own.digitalKeys.getEvents.Transfer({ to: owner.address })
  const key = events[0]?.args.tokenId ?? 0n
  const deadline = 1_700_003_600n
  const registration = {
    owner: parseAddress(owner.address),
    key,
    tlsKeyHash: `0x${'7'.repeat(64)}`,
    region,
    nonce: 0n,
    deadline,
  } as const
  const signature = await owner.signTypedData(registrationData(nexqloudLocal.id, registration))
  await mined(node, own.devices.write.register([registration, signature]))
  await mined(node, own.devices.write.draw([device]))
  await mined(node, own.devices.write.measure([device, scores]))
  const acceptance = { device, scores, nonce: 1n, deadline }
  const consent = await owner.signTypedData(acceptanceData(nexqloudLocal.id, acceptance))
  await mined(node, own.devices.write.accept([device, scores, deadline, consent]))
  await mined(node, payer.leases.write.deposit([tenant.address], { value: parseEther('10') }))
  await mined(node, payer.leases.write.setLimits([parseEther('10'), 1_000_000]))
  await mined(node, payer.leases.write.approve([1]))
  const { timestamp } = await own.client.getBlock()
  const lease = { instance, token: 1n, device, kind: 1 }
  const opening = { ...lease, startedAt: Number(timestamp), waited: 0 }
  await mined(node, own.leases.write.open([[opening]]))
  expect((await own.leases.read.lease([instance, 1n])).device).toBe(device)
}

async function standStill(node: RpcNode, waited: number): Promise<void> {
  const own = ledgerOf(node, founder)
  await mined(node, own.leases.write.close([[{ instance, token: 1n }]]))
  await node.clock.pass(waited * 1000)
  await node.makeBlock()
  const { timestamp } = await own.client.getBlock()
  const lease = { instance, token: 2n, device, kind: 1 }
  const opening = { ...lease, startedAt: Number(timestamp), waited }
  await mined(node, own.leases.write.open([[opening]]))
  await mined(node, own.leases.write.close([[{ instance, token: 2n }]]))
}
