import type { InstanceKey } from '@nexqloud/kernel'
import type { AccountBill, AccountCredit, AccountWait } from '@nexqloud/ledger'
import { MONTH_SECONDS, type Calendar } from '@nexqloud/rules'

import { formatTable } from '../fields.ts'
import { showNxq, showTime } from '../unit.ts'

/** How much of the time in which an instance was wanted it was seen to run. */
export type AvailabilityRow = {
  readonly instance: InstanceKey
  readonly seenSeconds: number
  /** Without a device, through no fault of its tenant. */
  readonly waitedSeconds: number
  /** E.g. `99.871 %`, rounded down. */
  readonly availability: string
}

/** What a receipt says beside what was paid. */
export type Availability = {
  readonly rows: readonly AvailabilityRow[]
  readonly credits: readonly (AccountCredit & {
    /** Chain second in which its 30 days began. */
    readonly monthStart: number
  })[]
  /** In wei. */
  readonly credited: bigint
}

/** What availability is made of. */
export type AvailabilityParts = {
  readonly bills: readonly Pick<AccountBill, 'instance' | 'seconds'>[]
  readonly waits: readonly AccountWait[]
  readonly credits: readonly AccountCredit[]
  readonly calendar: Pick<Calendar, 'genesisTime'>
}

/** Returns how available each instance was, and what was credited. */
export function createAvailability(parts: AvailabilityParts): Availability {
  const { bills, waits, credits, calendar } = parts
  const instances = new Set([...bills, ...waits].map(({ instance }) => instance))
  const rows = [...instances].map((instance) => {
    const [seenSeconds, waitedSeconds] = [secondsOf(bills, instance), secondsOf(waits, instance)]
    const availability = showShare(seenSeconds, seenSeconds + waitedSeconds)
    return { instance, seenSeconds, waitedSeconds, availability }
  })
  const startOf = (month: number): number => calendar.genesisTime + month * MONTH_SECONDS
  return {
    rows,
    credits: credits.map((each) => ({ ...each, monthStart: startOf(each.month) })),
    credited: credits.reduce((sum, { amount }) => sum + amount, 0n),
  }
}

/** Says how available each instance was, and what was credited. */
export function availabilityLines({ rows, credits }: Availability): readonly string[] {
  const seen = rows.map(({ instance, seenSeconds, waitedSeconds, availability }) => [
    instance,
    `${seenSeconds} s`,
    `${waitedSeconds} s`,
    availability,
  ])
  const paid = credits.map(({ instance, monthStart, period, amount }) => [
    instance,
    showTime(monthStart),
    period.toString(),
    showNxq(amount),
  ])
  return [
    ...(rows.length === 0
      ? []
      : ['', ...formatTable([['INSTANCE', 'SEEN', 'WAITED', 'AVAILABLE'], ...seen])]),
    ...(credits.length === 0
      ? []
      : ['', ...formatTable([['INSTANCE', '30 DAYS FROM', 'BY PERIOD', 'CREDIT'], ...paid])]),
  ]
}

function secondsOf(
  parts: readonly { readonly instance: InstanceKey; readonly seconds: number }[],
  instance: InstanceKey,
): number {
  const own = parts.filter((part) => part.instance === instance)
  return own.reduce((sum, { seconds }) => sum + seconds, 0)
}

/** Rounded down: what is 99.9 % is not below it. */
function showShare(part: number, all: number): string {
  if (all === 0) return '-'
  return `${(Number((BigInt(part) * 100_000n) / BigInt(all)) / 1000).toFixed(3)} %`
}
