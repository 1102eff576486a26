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
  readAcceptedRoot,
  readPayments,
  registrationData,
  type Ledger,
} from '@nexqloud/ledger'
import { createCalendar } from '@nexqloud/rules'
import { openFileShelf, openWitnessJournal, parseWitnessFile } from '@nexqloud/store'
import { http, parseEther, stringToHex, type Hex, type PrivateKeyAccount } from 'viem'
import { expect, onTestFinished, test } from 'vitest'

import {
  accountOf,
  createLocalGenesis,
  founder,
} from '../../../../packages/chain/test/local-genesis.ts'
import { openRpcNode, type RpcNode } from '../../../../packages/chain/test/rpc-node.ts'
import { createMemoryShell } from '../memory-shell.ts'
import { createSendQueue } from './send-queue.ts'
import { openSettling } from './settling.ts'

/** On the real contracts, in a node whose time passes when the test says so. */

const [owner, tenant] = [accountOf(1), accountOf(2)]
const device = parseDeviceId(1)
const masternode = parseMasternodeId(1)
const instance = createInstanceKey(parseAddress(tenant.address), 7n)
const calendar = createCalendar({ genesisTime: 1_700_000_000, periodSeconds: 300 })
const scores = { cpu: 100, memoryScore: 90, storageScore: 80, gpu: 0, isp: 70 }

test('a contributor’s payout and a lease’s bill arrive by themselves, to the wei, once', async () => {
  const lab = await openLab()
  await lab.leaseDevice()
  await lab.witness(0, { seconds: 30 })
  await lab.witness(1, { seconds: 50 })
  const before = await lab.balanceOf(owner.address)
  await lab.settle(async () => {
    await lab.passUntil('periodSettled', 0)
    await lab.passUntil('periodSettled', 1)
  })
  const paid = await Promise.all([0, 1].map(lab.paymentsOf))
  // It became active within period 0, and earns from the next one on.
  expect(paid.map(({ rewards }) => rewards)).toEqual([
    [],
    [{ device, account: owner.address.toLowerCase(), amount: parseEther('10') }],
  ])
  const bills = paid.flatMap((each) => each.bills)
  expect(bills.map(({ seconds }) => seconds)).toEqual([expect.any(Number), 250])
  for (const [period, { seconds, paid: wei }] of bills.entries()) {
    expect(wei).toBe(await lab.costOf(period, seconds))
  }
  const income = bills.reduce((sum, { paid: wei }) => sum + wei / 2n, 0n)
  expect((await lab.balanceOf(owner.address)) - before).toBe(parseEther('10') + income)
  // Whoever starts again finds nothing left to be done.
  const sent = await lab.sentBy(founder.address)
  await lab.settle(() => lab.pass(10))
  expect(await lab.sentBy(founder.address)).toBe(sent)
})

test('everybody reads the files, what a root was computed from, and who signed it', async () => {
  const lab = await openLab()
  await lab.witness(0, { seconds: 0 })
  await lab.settle(async (pages) => {
    await lab.passUntil('periodSettled', 0)
    const { root } = lab.told('periodSettled', 0) ?? {}
    const [file] = lab.shelf.hashesOf(parsePeriod(0))
    const read = await pages(`/files/${file}`)
    expect(parseWitnessFile(read?.body ?? Buffer.of()).masternode).toBe(masternode)
    const signed = JSON.parse(String(Buffer.from((await pages('/roots/0'))?.body ?? ''))) as object
    expect(signed).toMatchObject({ period: 0, root, signature: expect.stringMatching(/^0x/) })
    expect(await pages('/leaves/0')).toMatchObject({ isForEver: false })
    for (const path of ['/files/../x', '/files/0x', '/roots/1', '/roots/-1', '/', '/roots/1e3']) {
      expect(await pages(path)).toBeUndefined()
    }
  })
})

async function openLab() {
  const rich = parseEther('50')
  const node = await openRpcNode(
    await createLocalGenesis({ [owner.address]: rich, [tenant.address]: rich }),
  )
  onTestFinished(() => node.close())
  const folder = await mkdtemp(join(tmpdir(), 'nexqloud-settling-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const shelf = await openFileShelf({ folder, calendar })
  const record = { shelf, calendar, masternode }
  const journal = await openWitnessJournal(record)
  const told: [event: string, fields: Record<string, unknown>][] = []
  const ledger = createLedger({ chain: nexqloudLocal, transport: http(node.url) })
  const pass = createPass(node)
  return {
    shelf,
    pass,
    leaseDevice: () => leaseDevice(node),
    /** An instance runs for so many seconds of each minute on the device, which is there all the time. */
    witness: async (number: number, { seconds }: { readonly seconds: number }) => {
      const period = parsePeriod(number)
      const runs = seconds > 0 ? [{ instance, device, seconds }] : []
      for (let index = 0; index < 5; index += 1) {
        await journal.append(period, { index, devices: [device], runs })
      }
      await journal.sealBefore(parsePeriod(number + 1))
    },
    settle: async (act: (pages: Awaited<ReturnType<typeof openSettling>>['pages']) => unknown) => {
      const over = new AbortController()
      const shell = createMemoryShell({ clock: node.clock, signal: over.signal })
      const session = { ledger, chain: nexqloudLocal, keyring: { folder, wallets: [] }, shell }
      const wallet = { name: 'masternode', address: parseAddress(founder.address), file: '' }
      const log = (fields: Record<string, unknown>, event: string): void =>
        void told.push([event, fields])
      const settling = await openSettling({
        session: session as never,
        record,
        account: founder,
        send: createSendQueue(session as never, { account: founder, wallet }),
        log: { info: log, warn: log } as never,
        signal: over.signal,
      })
      const running = settling.run(over.signal)
      await act(settling.pages)
      over.abort()
      await pass(5)
      await running
    },
    told: (event: string, period: number) =>
      told.find(([name, fields]) => name === event && fields['period'] === period)?.[1],
    passUntil: async (event: string, period: number) => {
      for (let second = 0; second < 700; second += 1) {
        if (told.some(([name, fields]) => name === event && fields['period'] === period)) return
        await pass(1)
      }
      expect.fail(`${event} of period ${period} did not come: ${JSON.stringify(told.map(String))}`)
    },
    balanceOf: (address: Hex) => ledger.client.getBalance({ address }),
    sentBy: (address: Hex) => ledger.client.getTransactionCount({ address }),
    paymentsOf: async (period: number) => {
      const accepted = await readAcceptedRoot(ledger, parsePeriod(period))
      if (accepted === undefined) throw new TypeError('It has a root.')
      return readPayments(ledger, accepted)
    },
    costOf: async (period: number, seconds: number) => {
      const { rate } = await ledger.leases.read.lease([instance, 1n])
      const price = await ledger.prices.read.weiPerMicroUsd([BigInt(period)])
      return (BigInt(rate) * price * BigInt(seconds)) / 3600n
    },
  }
}

/** What is asked over HTTP takes some real time. */
function createPass(node: RpcNode) {
  return async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      await node.makeBlock()
      await wait(10)
    }
  }
}

/** From a bought key to an open lease. */
async function leaseDevice(node: RpcNode): Promise<void> {
  const ledgerOf = (account: PrivateKeyAccount): Ledger =>
    createLedger({ chain: nexqloudLocal, transport: http(node.url), account })
  const [contributor, payer, own] = [ledgerOf(owner), ledgerOf(tenant), ledgerOf(founder)]
  const mined = async (sending: Promise<Hex>): Promise<void> => {
    const hash = await sending
    await node.makeBlock()
    expect(await own.client.getTransactionReceipt({ hash })).toMatchObject({ status: 'success' })
  }
  await mined(contributor.digitalKeys.write.buy([owner.address], { value: parseEther('2') }))
  const [key = 0n] = (await own.digitalKeys.getEvents.Transfer({ to: owner.address })).map(
    ({ args }) => args.tokenId ?? 0n,
  )
  const deadline = 1_700_003_600n
  const registration = {
    owner: parseAddress(owner.address),
    key,
    tlsKeyHash: `0x${'7'.repeat(64)}`,
    region: stringToHex('eu-west-1', { size: 32 }),
    nonce: 0n,
    deadline,
  } as const
  const signature = await owner.signTypedData(registrationData(nexqloudLocal.id, registration))
  await mined(own.devices.write.register([registration, signature]))
  await mined(own.devices.write.draw([device]))
  await mined(own.devices.write.measure([device, scores]))
  const acceptance = { device, scores, nonce: 1n, deadline }
  const consent = await owner.signTypedData(acceptanceData(nexqloudLocal.id, acceptance))
  await mined(own.devices.write.accept([device, scores, deadline, consent]))
  await mined(payer.leases.write.deposit([tenant.address], { value: parseEther('10') }))
  await mined(payer.leases.write.setLimits([parseEther('10'), 1_000_000]))
  await mined(payer.leases.write.approve([masternode]))
  const { timestamp } = await own.client.getBlock()
  const opening = { instance, device, kind: 1, startedAt: Number(timestamp), token: 1n }
  await mined(own.leases.write.open([[opening]]))
  expect((await own.leases.read.lease([instance, 1n])).device).toBe(device)
}
