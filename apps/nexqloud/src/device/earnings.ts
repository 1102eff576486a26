import { createGate, parseDeviceId, type DeviceId, type Period } from '@nexqloud/kernel'
import { type DeviceIncome, type Ledger, readCalendar, readDeviceIncome } from '@nexqloud/ledger'
import { periodStart, splitIncome, type Calendar } from '@nexqloud/rules'

import { formatFields, formatTable, printResult } from '../fields.ts'
import { parseNumber } from '../number.ts'
import type { ReadOptions } from '../option.ts'
import { readChain } from '../session/read-chain.ts'
import { openSession } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { formatNxqAligned, showNxq, showTime } from '../unit.ts'

/** A node refuses who asks for too much at once. */
const READS_AT_ONCE = 8

/** How much of it is shown. */
export type EarningsOptions = ReadOptions & { readonly limit: number }

/** What a device's owner had of one period, in wei. */
type PeriodEarnings = {
  readonly period: Period
  readonly startTime: number
  readonly reward: bigint
  /** The owner's part of what tenants paid, and for how many seconds of instances. */
  readonly leases: bigint
  readonly seconds: number
}

/** Shows what a device earned, period by period, the newest first. */
export async function showEarnings(
  text: string,
  options: EarningsOptions,
  shell: Shell,
): Promise<void> {
  const device = parseDeviceId(Number(parseNumber(text, 'device')))
  const { ledger } = await openSession(options, shell)
  const calendar = await readCalendar(ledger)
  const earnings = await readEarnings(ledger, { device, calendar })
  const reward = earnings.reduce((sum, each) => sum + each.reward, 0n)
  const leases = earnings.reduce((sum, each) => sum + each.leases, 0n)
  const shown = earnings.slice(0, options.limit)
  const sums = formatFields([
    ['device', device.toString()],
    ['rewards', showNxq(reward)],
    ['leases', showNxq(leases)],
    ['together', `${showNxq(reward + leases)} in ${earnings.length} periods`],
  ])
  printResult(
    {
      document: {
        device,
        rewardsWei: reward,
        leasesWei: leases,
        periods: shown.map(({ reward: rewardWei, leases: leasesWei, ...each }) => ({
          ...each,
          rewardWei,
          leasesWei,
        })),
      },
      lines: shown.length === 0 ? sums : [...sums, '', ...formatTable(rowsOf(shown))],
    },
    { printer: shell.printer, json: options.json },
  )
}

type Wanted = { readonly device: DeviceId; readonly calendar: Calendar }

async function readEarnings(
  ledger: Ledger<undefined>,
  { device, calendar }: Wanted,
): Promise<readonly PeriodEarnings[]> {
  const { rewards, bills } = await readDeviceIncome(ledger, device)
  const rewardsOf = Map.groupBy(rewards, ({ period }) => period)
  const billsOf = Map.groupBy(bills, ({ period }) => period)
  const pass = createGate(READS_AT_ONCE)
  const periods = [...new Set([...rewardsOf.keys(), ...billsOf.keys()])]
  const earnings = periods.map((period) =>
    pass(async () => {
      const startTime = periodStart(calendar, period)
      const paidBills = billsOf.get(period) ?? []
      return {
        period,
        startTime,
        reward: sumOf((rewardsOf.get(period) ?? []).map(({ amount }) => amount)),
        leases: await ownersPart(ledger, { paidBills, startTime }),
        seconds: paidBills.reduce((sum, bill) => sum + bill.seconds, 0),
      }
    }),
  )
  return (await Promise.all(earnings)).toSorted((left, right) => right.period - left.period)
}

/** Each payment is shared out on its own, and rounded down. */
async function ownersPart(
  { treasury }: Pick<Ledger<undefined>, 'treasury'>,
  {
    paidBills,
    startTime,
  }: { readonly paidBills: DeviceIncome['bills']; readonly startTime: number },
): Promise<bigint> {
  if (paidBills.length === 0) return 0n
  const shares = await readChain(treasury.read.incomeSharesAt([BigInt(startTime)]))
  return sumOf(paidBills.map(({ paid }) => splitIncome(paid, shares).owner))
}

function sumOf(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, amount) => sum + amount, 0n)
}

function rowsOf(earnings: readonly PeriodEarnings[]): readonly (readonly string[])[] {
  const rewards = formatNxqAligned(earnings.map(({ reward }) => reward))
  const leases = formatNxqAligned(earnings.map((each) => each.leases))
  return [
    ['PERIOD', 'BEGAN', 'REWARD', 'LEASES', 'RAN'],
    ...earnings.map(({ period, startTime, seconds }, at) => [
      period.toString(),
      showTime(startTime),
      `${rewards[at] ?? ''} NXQ`,
      `${leases[at] ?? ''} NXQ`,
      `${seconds} s`,
    ]),
  ]
}
