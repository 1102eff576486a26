import { setTimeout as wait } from 'node:timers/promises'

import { annotations } from '@nexqloud/control'
import { kinds } from '@nexqloud/kube'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'

import { createCleanup } from '../../../packages/engine/system/lab/cleanup.ts'
import { bringPrograms } from '../../../packages/engine/system/lab/packages.ts'
import { openScratchFolder } from '../../../packages/engine/system/lab/scratch.ts'
import { sweepLab } from '../../../packages/engine/system/lab/sweep.ts'
import { makeImageLayout } from '../src/first-app/image-layout.ts'
import { listProgramFiles } from '../src/first-app/program-files.ts'
import { openCloudLab, type CloudLab } from './cloud-lab.ts'
import { nameOf, openHomeDevice, type HomeDevice } from './home-device.ts'
import { createInternet } from './internet.ts'
import { command } from './lab-process.ts'
import { runToEnd } from './run-to-end.ts'

/**
 * The whole story of the money, with two machines at two homes: launched, and its price said before; its cable pulled, and nothing billed for the dark; the
 * day's end, the payout, and somebody who computes it all anew. It prints every amount.
 */

const isWanted = process.env['NEXQLOUD_TEST_MONEY_STORY'] !== undefined
const skip = isWanted
  ? bringPrograms(['dockerd', 'nft'])
  : 'It takes a local day, seven minutes: NEXQLOUD_TEST_MONEY_STORY=1'
const env = { NEXQLOUD_PASSWORD: 'secret' }
const patiently = { timeout: 480_000, interval: 1000 }
const cleanup = createCleanup()

let cloud: CloudLab
let devices: readonly HomeDevice[]
let image: string

beforeAll(async () => {
  if (skip !== undefined) return
  await sweepLab()
  const layout = await makeImageLayout(openScratchFolder(cleanup), {
    files: await listProgramFiles(),
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    command: ['/bin/node', 'serve-page.ts'],
  })
  image = nameOf(layout)
  const internet = createInternet(cleanup)
  const homes = [internet.openHome(), internet.openHome()]
  cloud = await openCloudLab(cleanup, internet.host)
  const joining = homes.map((home) => openHomeDevice(cleanup, { home, cloud, image: layout }))
  // Where one fails, the other would still start things after the end.
  await Promise.allSettled(joining)
  devices = await Promise.all(joining)
  await openAccount()
})
afterAll(() => cleanup.run())
beforeEach((context) => {
  if (skip !== undefined) context.skip(skip)
})

test(
  'a tenant pays for what was seen, an owner is paid for it, and a stranger finds the same',
  {
    timeout: 1_500_000,
  },
  async () => {
    await tell('run', image, '--name', 'story', '-p', '80')
    const first = await openLease(1)
    await tell('lease', 'show', 'story')
    await wait(70_000)

    const home = devices.find(({ node }) => node === `device-${first.device}`)
    home?.cut()
    const cutAt = Date.now() / 1000
    print(`The cable of device ${first.device} is pulled at ${new Date().toISOString()}.`)
    const second = await openLease(2)
    print(`Another lease is open on device ${second.device}, from ${timeOf(second.from)}.`)
    await tell('why', 'story')
    expect(second.device).not.toBe(first.device)
    home?.mend()

    const last = await periodAt(second.from + 60)
    for (let period = await periodAt(first.from); period <= last; period += 1) {
      await vi.waitFor(() => expectPaid(period), patiently)
      await tell('settlement', 'verify', `${period}`)
    }
    await tell('account', 'receipts', 'bob')
    for (const { device } of [first, second]) await tell('device', 'earnings', `${device}`)
    await tell('supply')
    const { leases } = (await ask('account', 'receipts', 'bob')) as Receipt
    const billed = leases.find(({ token }) => Number(token) === 1)?.seconds ?? 0
    print(
      `Of the first lease ${billed} s are billed; it ran ${Math.floor(cutAt - first.from)} s until the cable was pulled.`,
    )
    expect(billed).toBeGreaterThan(0)
    expect(billed).toBeLessThanOrEqual(Math.ceil(cutAt - first.from))
  },
)

type Lease = { readonly token: string; readonly device: number; readonly from: number }
type Receipt = { readonly leases: readonly { readonly token: string; readonly seconds: number }[] }
type Settlement = {
  readonly bills: readonly { readonly paidWei: string }[]
  readonly income: Readonly<Record<string, string>>
  readonly rewardsWei: string
  readonly paidRewards: readonly { readonly amountWei: string }[]
}

/** A wallet with an account that pays for what runs in the namespace `default`. */
async function openAccount(): Promise<void> {
  const own = ['--data', cloud.folder]
  const { address } = await command(['wallet', 'create', 'bob', ...own], env)
  await cloud.fund(String(address))
  const from = ['--from', 'bob', ...own]
  await command(['account', 'deposit', '--amount', '5', ...from], env)
  await command(['account', 'limits', '--total', '5', '--rate', '1', ...from], env)
  await command(['account', 'approve', '1', ...from], env)
  await cloud.client.patch(
    kinds.namespaces,
    { name: 'default' },
    {
      type: 'merge',
      body: { metadata: { annotations: { [annotations.account]: String(address) } } },
    },
  )
}

/** Returns the instance's lease of a number, once it is open. */
function openLease(token: number): Promise<Lease> {
  return vi.waitFor(async () => {
    const lease = await ask('lease', 'show', 'story')
    expect(lease).toMatchObject({ token: `${token}`, isOpen: true })
    return lease as Lease
  }, patiently)
}

async function periodAt(time: number): Promise<number> {
  const { startTime, endTime } = (await vi.waitFor(
    () => ask('settlement', 'show', '0'),
    patiently,
  )) as {
    readonly startTime: number
    readonly endTime: number
  }
  return Math.floor((time - startTime) / (endTime - startTime))
}

/** All rewards of a period are there, and what tenants paid is what owners, masternodes, reserve and network had of it. */
async function expectPaid(period: number): Promise<void> {
  const said = (await ask('settlement', 'show', `${period}`)) as Settlement
  expect(said.bills.length).toBeGreaterThan(0)
  const paid = sumOf(said.bills.map(({ paidWei }) => paidWei))
  expect(sumOf(Object.values(said.income))).toBe(paid)
  expect(sumOf(said.paidRewards.map(({ amountWei }) => amountWei))).toBe(BigInt(said.rewardsWei))
}

function sumOf(wei: readonly string[]): bigint {
  return wei.reduce((sum, each) => sum + BigInt(each), 0n)
}

function ask(...args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  return command([...args, '--data', cloud.folder], env)
}

/** Prints what a user of the command line is told. */
async function tell(...args: readonly string[]): Promise<void> {
  const { exitCode, output } = await runToEnd(...args, '--data', cloud.folder).ended
  print(`$ nexqloud ${args.join(' ')}\n${output}`)
  expect(exitCode).toBe(0)
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
