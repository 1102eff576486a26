import { parseMasternodeId, parsePeriod } from '@nexqloud/kernel'
import { createPeriodReader } from '@nexqloud/ledger'
import { http, parseEther } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { showReceipt } from '../src/account/receipts.ts'
import { showEarnings } from '../src/device/earnings.ts'
import { keccak256 } from '../src/keccak256.ts'
import { createMemoryShell } from '../src/memory-shell.ts'
import { openScratchFolder } from '../src/scratch-folder.ts'
import { createMemorySource, type FileSource } from '../src/settlement/file-source.ts'
import { showSettlement } from '../src/settlement/show.ts'
import { verifySettlement } from '../src/settlement/verify.ts'
import type { Shell } from '../src/shell.ts'
import { openSettledPeriods, type SettledPeriods } from './settled-periods.ts'

/** The periods of a network in memory: whoever verifies them has nothing but the chain's address and what masternodes give. */

let periods: SettledPeriods

beforeAll(async () => {
  periods = await openSettledPeriods()
})
afterAll(() => periods.network.close())

test('the record of a period is the same whenever it is read, whatever happened since', async () => {
  const reader = createPeriodReader(periods.network.ledger, keccak256)
  await reader.read(parsePeriod(2))
  for (const read of [reader.read, createPeriodReader(periods.network.ledger, keccak256).read]) {
    expect(await read(parsePeriod(1))).toEqual(periods.early)
  }
})

test('periods without a block are read in any order', async () => {
  const { ledger } = periods.network
  const reader = createPeriodReader(ledger, keccak256)
  await reader.read(parsePeriod(6))
  const fifth = await reader.read(parsePeriod(5))
  expect(fifth.leases).toHaveLength(1)
  expect(fifth).toEqual(await createPeriodReader(ledger, keccak256).read(parsePeriod(5)))
})

test('a period that was settled by its files is verified, to the wei', async () => {
  const { code, document } = await verify('1')
  expect(code).toBe(0)
  expect(document).toMatchObject({
    period: 1,
    isVerified: true,
    differences: [],
    rewardsWei: String(parseEther('10')),
    computed: { root: periods.right.root.root, bills: [{ seconds: 240 }, { seconds: 180 }] },
  })
  const { bills, income } = document as unknown as Amounts
  const paid = bills.reduce((sum, bill) => sum + BigInt(bill.paidWei), 0n)
  const parts = Object.values(income).reduce((sum, wei) => sum + BigInt(wei), 0n)
  expect(paid).toBeGreaterThan(0n)
  expect(parts).toBe(paid)
})

test('a witness that lies alone changes nothing, and is named', async () => {
  const { document, lines } = await verify('1')
  expect(document).toMatchObject({ outvoted: [{ masternode: 3, devices: 2, runs: 2 }] })
  expect((await verify('1', { json: false })).lines.join('\n')).toContain(
    'Masternode 3 was outvoted about 2 devices by up to 5 minutes, and 2 instances by up to 240 s.',
  )
  expect(lines).toHaveLength(1)
})

test('all amounts are told', async () => {
  const { lines } = await verify('1', { json: false })
  expect(lines.map(withoutHashes).join('\n')).toMatchInlineSnapshot(`
    "period          1, 2023-11-14 22:18:20 UTC to 2023-11-14 22:23:20 UTC
    blocks          17 to 29
    file of 1       0x…
    file of 2       0x…
    file of 3       0x…
    root            0x…
    inputs          0x…
    signatures      3, final 2023-11-14 22:24:03 UTC
    pot             10 NXQ
    rewards         10 NXQ
    paid so far     10 NXQ to 2 devices
    bills           2 of 2 leases
    charged         0.00023333333268 NXQ
    to owners       0.00011666666634 NXQ
    to masternodes  0.000011666666634 NXQ
    to the reserve  0.000023333333268 NXQ
    to the network  0.000081666666438 NXQ

    DEVICE  OWNER                                       UP     SCORE  REWARD
    1       0x7f1d642dbfd62ad4a8fa9810ea619707d09825d0  300 s  1.00   0.301568154402895054 NXQ  paid
    2       0x7f1d642dbfd62ad4a8fa9810ea619707d09825d0  240 s  40.20  9.698431845597104946 NXQ  paid

    INSTANCE                                                            LEASE  RAN    PAID
    0x…  1      240 s  0.00013333333296 NXQ
    0x…  1      180 s  0.00009999999972 NXQ

    Masternode 3 was outvoted about 2 devices by up to 5 minutes, and 2 instances by up to 240 s.
    Root and inputs are those that follow from chain and files, and so is all that was paid: 2 of 2 rewards and 2 of 2 bills."
  `)
})

test('the chain alone shows how a period was settled', async () => {
  using folder = openScratchFolder()
  const shell = createShell()
  await showSettlement('1', { data: folder.path }, shell)
  expect(shell.printer.lines.map(withoutHashes).join('\n')).toMatchInlineSnapshot(`
    "period          1, 2023-11-14 22:18:20 UTC to 2023-11-14 22:23:20 UTC
    blocks          17 to 29
    file of 1       0x…
    file of 2       0x…
    file of 3       0x…
    root            0x…
    inputs          0x…
    signatures      3, final 2023-11-14 22:24:03 UTC
    pot             10 NXQ
    rewards         10 NXQ
    paid so far     10 NXQ to 2 devices
    bills           2 of 2 leases
    charged         0.00023333333268 NXQ
    to owners       0.00011666666634 NXQ
    to masternodes  0.000011666666634 NXQ
    to the reserve  0.000023333333268 NXQ
    to the network  0.000081666666438 NXQ"
  `)
})

test('a file that a masternode altered is refused by its hash, and asked of the next one', async () => {
  const liar: FileSource = {
    name: 'Masternode 1',
    fetch: async (path) => {
      const bytes = Uint8Array.from(periods.served.get(path)!)
      bytes[bytes.length - 1]! ^= 1
      return bytes
    },
  }
  const { code, notes } = await verify('1', {
    openSource: ({ id }) =>
      id === 1 ? liar : createMemorySource(`Masternode ${id}`, periods.served),
  })
  expect(code).toBe(0)
  expect(notes[0]).toMatch(
    /^Masternode 1 gives other bytes for the file of masternode 1: their hash is 0x[0-9a-f]{64}, not 0x/,
  )
})

test('where nobody gives a file, nothing is said of the period but why', async () => {
  const verifying = verify('1', {
    openSource: ({ id }) => createMemorySource(`Masternode ${id}`, new Map()),
  })
  await expect(verifying).rejects.toMatchObject({
    code: 'SETTLEMENT_FILE_UNAVAILABLE',
    refusals: [1, 2, 3].map((id) => `Masternode ${id}: it has no such file.`),
  })
})

test('a root that does not follow from the files is found, with each payment by it', async () => {
  const { code, document, lines } = await verify('2')
  expect(code).toBe(1)
  const { differences } = document as { differences: readonly { code: string; text: string }[] }
  expect(differences.map((difference) => difference.code)).toEqual([
    'inputs',
    'root',
    'rewardAmount',
    'rewardAmount',
    'billSeconds',
  ])
  expect(lines).toHaveLength(1)
  expect(differences[0]?.text).toMatch(/There, minutes is 4; on the chain it is 5\.$/)
  expect(withoutHashes(differences[1]?.text ?? '')).toMatch(
    /Under it, device 1 has 0\.242718446601941749 NXQ to 0x[0-9a-f]{40}, for 300 s at a score of 1\.00; by the files it has 0\.242718446601941748 NXQ to/,
  )
  expect(withoutHashes(differences.at(-1)?.text ?? '')).toMatch(
    /billed for 300 s; by the files it ran for 120 s\.$/,
  )
  const { lines: told } = await verify('2', { json: false })
  expect(told.at(-1)).toMatch(/^It was not settled by its files: .* 4 more differ\.$/)
})

test('a file that no quorum holds has no say, and is named', async () => {
  const { code, document, lines } = await verify('3')
  expect(code).toBe(0)
  expect(document).toMatchObject({
    files: [{ masternode: 1 }, { masternode: 2 }],
    unheldFiles: [{ masternode: 3 }],
    outvoted: [],
    paidRewards: [],
  })
  expect(lines).toHaveLength(1)
  const { lines: told } = await verify('3', { json: false })
  expect(told.find((line) => line.startsWith('file of 3'))).toMatch(
    /which no quorum holds: it has no say$/,
  )
})

test('a file that is of another period, though all say that they hold it, is told of', async () => {
  await expect(verify('4')).rejects.toMatchObject({
    code: 'SETTLEMENT_FILE_UNREADABLE',
    message: 'The file of masternode 3 is none of this period: it is of 5 minutes of the period 3.',
  })
})

test('a period without a root is told of, and which is the newest that has one', async () => {
  await expect(verify('9')).rejects.toMatchObject({
    code: 'SETTLEMENT_ABSENT',
    message: 'The period 9 has no root. The newest one is of 4.',
  })
})

test('a device’s earnings are its rewards and its owner’s half of what ran on it', async () => {
  const { document } = await runCommand((options, shell) =>
    showEarnings('1', { ...options, limit: 20 }, shell),
  )
  const { rewardsWei, leasesWei, periods: shown } = document as unknown as Earnings
  expect(shown.map(({ period }) => period)).toEqual([2, 1])
  const reward = periods.right.leaves.rewards[0]?.amount
  expect(shown[1]).toMatchObject({ rewardWei: String(reward), seconds: 240 })
  expect(BigInt(rewardsWei)).toBe(shown.reduce((sum, each) => sum + BigInt(each.rewardWei), 0n))
  expect(BigInt(leasesWei)).toBe(shown.reduce((sum, each) => sum + BigInt(each.leasesWei), 0n))
  const { document: settled } = await verify('1')
  const { bills } = settled as unknown as Amounts
  expect(BigInt(shown[1]?.leasesWei ?? 0)).toBe(BigInt(bills[0]?.paidWei ?? 0) / 2n)
})

test('an account’s receipt of a month is all that its leases were charged', async () => {
  const { tenant, ledger } = periods.network
  const { document } = await runCommand((options, shell) =>
    showReceipt(tenant.address, { ...options, month: '2023-11' }, shell),
  )
  const { charged } = await ledger.leases.read.account([tenant.address])
  expect(document).toMatchObject({
    month: '2023-11',
    paidWei: String(charged),
    shortfallWei: '0',
    leases: [
      { device: 1, seconds: 540 },
      { device: 2, seconds: 180 },
    ],
  })
  const { document: before } = await runCommand((options, shell) =>
    showReceipt(tenant.address, { ...options, month: '2023-12' }, shell),
  )
  expect(before).toMatchObject({ paidWei: '0', leases: [] })
})

type Amounts = {
  readonly bills: readonly { readonly paidWei: string }[]
  readonly income: Readonly<Record<string, string>>
}

type Earnings = {
  readonly rewardsWei: string
  readonly leasesWei: string
  readonly periods: readonly {
    readonly period: number
    readonly rewardWei: string
    readonly leasesWei: string
  }[]
}

type VerifyOptions = {
  readonly json?: boolean
  readonly openSource?: Parameters<typeof verifySettlement>[2]['openSource']
}

/** Verifies as a machine does that has nothing but the chain's address. */
async function verify(
  period: string,
  {
    json = true,
    openSource = ({ id }) =>
      createMemorySource(`Masternode ${parseMasternodeId(id)}`, periods.served),
  }: VerifyOptions = {},
) {
  using folder = openScratchFolder()
  const shell = createShell()
  const code = await verifySettlement(period, { data: folder.path, json }, { shell, openSource })
  const { lines, notes } = shell.printer
  const document = json ? (JSON.parse(lines[0] ?? '') as Record<string, unknown>) : {}
  return { code, lines, notes, document }
}

function createShell() {
  return createMemoryShell({ connect: async () => http(periods.network.node.url) })
}

async function runCommand(
  command: (options: { data: string; json: true }, shell: Shell) => Promise<void>,
) {
  using folder = openScratchFolder()
  const shell = createShell()
  await command({ data: folder.path, json: true }, shell)
  return { document: JSON.parse(shell.printer.lines[0] ?? '') as Record<string, unknown> }
}

/** Keys of contracts and accounts are the same each time; hashes of blocks are not. */
function withoutHashes(line: string): string {
  return line.replaceAll(/0x[0-9a-f]{64}/g, '0x…')
}
