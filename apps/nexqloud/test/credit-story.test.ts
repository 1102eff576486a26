import { createInstanceKey, parseAddress, parseDeviceId, parseMasternodeId } from '@nexqloud/kernel'
import { contracts } from '@nexqloud/ledger'
import { monthCredits, splitIncome } from '@nexqloud/rules'
import { parseWitnessFile } from '@nexqloud/store'
import { encodeFunctionData, http, parseEther, type Hex } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { showReceipt } from '../src/account/receipts.ts'
import { pathOf } from '../src/masternode/settlement-pages.ts'
import { createMemoryShell } from '../src/memory-shell.ts'
import { openScratchFolder } from '../src/scratch-folder.ts'
import { createMemorySource } from '../src/settlement/file-source.ts'
import { verifySettlement } from '../src/settlement/verify.ts'
import {
  agreeOnFiles,
  filesOf,
  joinDevice,
  openSettledNetwork,
  payAll,
  postRoot,
  settle,
  type SettledNetwork,
} from './settled-network.ts'

/** Two instances stand still for hours, on a chain in memory: one as its device was lost, the other as its tenant wished. Then their month ends. */

/** Periods of 30 days. */
const MONTH = 8640
const [lost, next] = [1, 2] as const
const WAITED = 10_000

let network: SettledNetwork
const served = new Map<string, Uint8Array>()

beforeAll(async () => {
  network = await openSettledNetwork()
  for (const cpu of [100, 200]) await joinDevice(network, cpu)
  await fillAccount()
  await network.passTo(1, 10)
  await open([web(), lost, 1n, 0], [halted(), next, 1n, 0])
  await network.passTo(1, 130)
  await close(1n)
  // The first one's device was dark for half a minute before that was known.
  await settleAs(1, [web(), lost, 90], [halted(), next, 120])
  // To open leases again, a masternode has to have posted its file lately.
  await settleAs(35)
  await network.passTo(36, 100)
  await open([web(), next, 2n, WAITED], [halted(), next, 2n, 0])
  await network.passTo(36, 280)
  await close(2n)
  await settleAs(36, [web(), next, 180], [halted(), next, 180])
  await settleAs(MONTH + 3)
}, 60_000)

afterAll(() => network.close())

test('an instance whose device was lost for hours is credited, to the wei, and its tenant’s own stop is not', async () => {
  const { account, received, credited } = await incomeOf(web())
  expect(await incomeOf(halted())).toMatchObject({ credited: 0n })
  const charge = await chargeOf(web())
  const seconds = { seenSeconds: 90 + 180, downSeconds: WAITED + 30 }
  const [leaf] = monthCredits([
    { instance: web(), month: 0, charge, received, credited: 0n, ...seconds },
  ])
  expect(leaf?.amount).toBe(charge)
  expect(credited).toBe(received)
  expect(received).toBe(
    (await chargesOf(web())).reduce((sum, paid) => sum + splitIncome(paid, shares).network, 0n),
  )
  expect(account).toBe(parseEther('20') + credited - charge - (await chargeOf(halted())))
})

test('who verifies the period finds the credit by the chain and the files alone, and that it was paid', async () => {
  const { code, document, text } = await verify(MONTH + 3)
  const { received } = await incomeOf(web())
  expect(code).toBe(0)
  expect(document).toMatchObject({
    isVerified: true,
    credits: [{ instance: web(), month: 0, amountWei: String(received) }],
    computed: {
      credits: [{ instance: web(), month: 0, amountWei: String(await chargeOf(web())) }],
    },
  })
  expect(text).toContain('1 of 1 credits')
})

test('the receipt shows what was waited, what was credited, and what that leaves', async () => {
  const { document: first } = await receiptOf('2023-11')
  expect(first).toMatchObject({
    creditedWei: '0',
    availability: [
      { instance: web(), seenSeconds: 270, waitedSeconds: WAITED, availability: '2.629 %' },
      { instance: halted(), seenSeconds: 300, waitedSeconds: 0, availability: '100.000 %' },
    ],
  })
  const { received } = await incomeOf(web())
  const { document: second } = await receiptOf('2023-12')
  expect(second).toMatchObject({
    creditedWei: String(received),
    netWei: String(-received),
    credits: [{ instance: web(), month: 0, period: MONTH + 3, amountWei: String(received) }],
  })
})

test('what was paid has no leaf any more', async () => {
  const { leaves } = await settleAs(MONTH + 5)
  expect(leaves.credits).toEqual([])
})

const shares = { ownerBps: 5000, masternodeBps: 1000, reserveBps: 2000 }

function instanceOf(number: bigint) {
  return createInstanceKey(parseAddress(network.tenant.address), number)
}

const web = () => instanceOf(1n)
const halted = () => instanceOf(2n)

async function fillAccount(): Promise<void> {
  const { tenant, send } = network
  const { address: to, abi } = contracts.leases
  const deposit = encodeFunctionData({ abi, functionName: 'deposit', args: [tenant.address] })
  await send(tenant, { to, data: deposit, value: parseEther('20') })
  const limits = [parseEther('20'), 1_000_000] as const
  for (const data of [
    encodeFunctionData({ abi, functionName: 'setLimits', args: limits }),
    encodeFunctionData({ abi, functionName: 'approve', args: [1] }),
  ]) {
    await send(tenant, { to, data })
  }
}

type Opened = readonly [instance: Hex, device: number, token: bigint, waited: number]

async function open(...openings: readonly Opened[]): Promise<void> {
  const { address: to, abi } = contracts.leases
  const startedAt = Math.floor(network.node.clock.wallMs() / 1000)
  const args = [
    openings.map(([instance, device, token, waited]) => {
      return { instance, device, kind: 1, startedAt, token, waited }
    }),
  ] as const
  await network.send(network.masternodes[0]!, {
    to,
    data: encodeFunctionData({ abi, functionName: 'open', args }),
  })
}

async function close(token: bigint): Promise<void> {
  const { address: to, abi } = contracts.leases
  const args = [[web(), halted()].map((instance) => ({ instance, token }))] as const
  const data = encodeFunctionData({ abi, functionName: 'close', args })
  await network.send(network.masternodes[0]!, { to, data })
}

type Ran = readonly [instance: ReturnType<typeof web>, device: number, seconds: number]

/** All three saw the same. */
async function settleAs(period: number, ...ran: readonly Ran[]) {
  const runs = ran.map(([instance, device, seconds]) => ({
    instance,
    device: parseDeviceId(device),
    seconds,
  }))
  const devices = new Map([
    [1, 31],
    [2, 31],
  ])
  const files = filesOf(
    period,
    [1, 2, 3].map(() => ({ devices, runs })),
  )
  for (const { bytes, hash } of files) served.set(pathOf.file(hash), bytes)
  await agreeOnFiles(network, { period, hashes: files.map(({ hash }) => hash), held: 7n })
  const settled = await settle(
    network,
    period,
    files.map(({ bytes }) => parseWitnessFile(bytes)),
  )
  await postRoot(network, settled.root)
  await payAll(network, settled)
  return settled
}

async function incomeOf(instance: Hex) {
  const { treasury, leases } = network.ledger
  const [received, credited] = await treasury.read.incomeOf([instance, 0n])
  const { balance: account } = await leases.read.account([network.tenant.address])
  return { account, received, credited }
}

async function chargesOf(instance: Hex): Promise<readonly bigint[]> {
  const range = { fromBlock: 0n } as const
  const bills = await network.ledger.leases.getEvents.LeaseBilled({ instance }, range)
  return bills.map(({ args }) => args.paid ?? 0n)
}

async function chargeOf(instance: Hex): Promise<bigint> {
  return (await chargesOf(instance)).reduce((sum, paid) => sum + paid, 0n)
}

async function verify(period: number) {
  using folder = openScratchFolder()
  const run = async (json: boolean) => {
    const shell = createShell()
    const openSource = ({ id }: { readonly id: number }) =>
      createMemorySource(`Masternode ${parseMasternodeId(id)}`, served)
    const options = { data: folder.path, json }
    const code = await verifySettlement(String(period), options, { shell, openSource })
    return { code, text: shell.printer.lines.join('\n') }
  }
  const { code, text } = await run(true)
  return { code, document: JSON.parse(text) as object, text: (await run(false)).text }
}

async function receiptOf(month: string) {
  using folder = openScratchFolder()
  const shell = createShell()
  const options = { data: folder.path, json: true, month }
  await showReceipt(network.tenant.address, options, shell)
  return { document: JSON.parse(shell.printer.lines[0] ?? '') as object }
}

function createShell(): ReturnType<typeof createMemoryShell> {
  return createMemoryShell({ connect: async () => http(network.node.url) })
}
