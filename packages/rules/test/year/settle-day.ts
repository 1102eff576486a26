import { hash } from 'node:crypto'

import type { Address, DeviceId, InstanceKey, Period } from '@nexqloud/kernel'

import {
  createEmissionSchedule,
  periodEnd,
  periodStart,
  settlePeriod,
  splitEmission,
  type Keccak256,
  type PeriodLeaves,
  type SeenRun,
  type SettledFile,
} from '../../src/index.ts'
import type { Chance } from './chance.ts'
import type { ConservedBook } from './conserved-book.ts'
import type { Device } from './fleet.ts'
import { anybody, periodSeconds, type Masternode } from './network.ts'
import type { OpenedLease, Run, Tenancy } from './tenancy.ts'

/** A day that is over, and what there was. */
export type Day = {
  readonly period: Period
  /** When it is settled. */
  readonly at: number
  readonly tenancy: Tenancy
  readonly devices: readonly Device[]
  /** Who owned each device when the day began, in their order. */
  readonly owners: readonly Address[]
  readonly masternodes: readonly Masternode[]
  /** A masternode that claims to have seen everything always, if one does. */
  readonly liar: Masternode | undefined
}

/** What a day came to. */
export type SettledDay = {
  readonly rewards: bigint
  readonly pot: bigint
  readonly billedSeconds: number
  readonly ranSeconds: number
}

const MINUTES = periodSeconds / 60
const schedule = createEmissionSchedule(periodSeconds)
const keccak256: Keccak256 = (bytes) => hash('keccak-256', bytes, 'buffer')

/**
 * Settles a day from what masternodes saw of it, and bills its leases.
 *
 * @throws where a second is billed in which the instance did not run.
 */
export function settleDay(day: Day, money: ConservedBook, chance: Chance): SettledDay {
  const { calendar } = money.book
  const [from, to] = [periodStart(calendar, day.period), periodEnd(calendar, day.period)]
  const [runs, leases] = [runsWithin(day, from, to), leasesWithin(day, from, to)]
  const { pot } = splitEmission(schedule.emissionOf(day.period), {
    contributorsBps: 8000,
    validatorsBps: 1000,
  })
  const randomness = Uint8Array.from({ length: 32 }, () => chance.below(256))
  const masternodes = day.masternodes.map(({ id }) => id)
  const leaves = settlePeriod({
    minutes: MINUTES,
    pot,
    draw: { randomness, masternodes, witnesses: 3, keccak256 },
    devices: day.devices.map(({ id: device, scores }, place) => {
      return { device, scores, account: day.owners[place]! }
    }),
    leases: leases.map(({ lease, seconds }) => ({
      instance: lease.instance,
      token: lease.token,
      device: lease.device.id,
      overlapSeconds: seconds,
    })),
    months: [],
    files: filesOf(day, { from, to, runs, leases }),
  })
  const ran = addUp(runs.map(({ run, from: began, to: ended }) => [run, ended - began] as const))
  assertNoneDark(leaves, { leases, ran })
  bill(day, money, leaves)
  return {
    pot,
    rewards: leaves.rewards.reduce((sum, { amount }) => sum + amount, 0n),
    billedSeconds: leaves.bills.reduce((sum, { seconds }) => sum + seconds, 0),
    ranSeconds: runs.reduce((sum, each) => sum + each.to - each.from, 0),
  }
}

type Span = { readonly from: number; readonly to: number }
type PartOfRun = Span & { readonly run: Run }
type PartOfLease = { readonly lease: OpenedLease; readonly seconds: number }

function runsWithin({ tenancy }: Day, from: number, to: number): readonly PartOfRun[] {
  const parts = tenancy.runs
    .filter((run) => run.from < to && run.to > from)
    .map((run) => ({ run, from: Math.max(from, run.from), to: Math.min(to, run.to) }))
  tenancy.runs = tenancy.runs.filter((run) => run.to > to)
  return parts
}

function leasesWithin({ tenancy }: Day, from: number, to: number): readonly PartOfLease[] {
  const parts = tenancy.leases
    .map((lease) => ({ lease, seconds: Math.min(to, lease.end) - Math.max(from, lease.from) }))
    .filter(({ seconds }) => seconds > 0)
    .toSorted(({ lease: left }, { lease: right }) =>
      left.instance === right.instance
        ? Number(left.token - right.token)
        : left.instance < right.instance
          ? -1
          : 1,
    )
  tenancy.leases = tenancy.leases.filter(({ end }) => end > to)
  return parts
}

type Seen = Span & {
  readonly runs: readonly PartOfRun[]
  readonly leases: readonly PartOfLease[]
}

/** Who was down while files were due has none in the set. */
function filesOf(day: Day, seen: Seen): readonly SettledFile[] {
  const posting = { from: seen.to, to: seen.to + 600 }
  return day.masternodes
    .filter(({ outages }) => outages.presentSeconds(posting.from, posting.to) > 0)
    .map((masternode) =>
      masternode === day.liar
        ? { ...fileOf(day, masternode, seen), ...liesOf(day, seen) }
        : fileOf(day, masternode, seen),
    )
}

function fileOf({ devices }: Day, { id, outages }: Masternode, seen: Seen): SettledFile {
  const up = minutesLeft(outages.within(seen.from, seen.to), seen.from, 'touched')
  return {
    masternode: id,
    up,
    devices: new Map(
      devices.map((device) => {
        const away = device.outages.within(seen.from, seen.to)
        const there = minutesLeft(away, seen.from, 'whole')
        return [device.id, there.map((word, place) => word & (up[place] ?? 0))]
      }),
    ),
    runs: toRuns(
      seen.runs.map((part) => [part.run, outages.presentSeconds(part.from, part.to)] as const),
    ),
  }
}

function liesOf({ devices }: Day, { leases }: Seen): Pick<SettledFile, 'up' | 'devices' | 'runs'> {
  const all = new Uint32Array(MINUTES / 32).fill(0xffff_ffff)
  return {
    up: all,
    devices: new Map(devices.map(({ id }) => [id, all])),
    runs: toRuns(leases.map(({ lease, seconds }) => [lease, seconds] as const)),
  }
}

/** Returns the minutes that outages leave: without those that are touched, or only without those that are whole in one. */
function minutesLeft(
  outages: readonly Span[],
  from: number,
  taken: 'touched' | 'whole',
): Uint32Array {
  const minutes = new Uint32Array(MINUTES / 32).fill(0xffff_ffff)
  for (const outage of outages) {
    const [first, last] = [(outage.from - from) / 60, (outage.to - from) / 60]
    const begin = taken === 'touched' ? Math.floor(first) : Math.ceil(first)
    const end = taken === 'touched' ? Math.ceil(last) : Math.floor(last)
    for (let at = begin; at < end; at += 1) minutes[at >> 5]! &= ~(1 << (at & 31))
  }
  return minutes
}

type Where = { readonly instance: InstanceKey; readonly device: Device }

/** Seconds by instance and device. */
function addUp(parts: readonly (readonly [Where, number])[]): Map<string, SeenRun> {
  const sums = new Map<string, SeenRun>()
  for (const [{ instance, device }, seconds] of parts) {
    const name = nameOf(instance, device.id)
    const before = sums.get(name)?.seconds ?? 0
    sums.set(name, { instance, device: device.id, seconds: before + seconds })
  }
  return sums
}

function toRuns(parts: readonly (readonly [Where, number])[]): readonly SeenRun[] {
  return [...addUp(parts).values()].toSorted((left, right) =>
    left.instance === right.instance
      ? left.device - right.device
      : left.instance < right.instance
        ? -1
        : 1,
  )
}

function nameOf(instance: InstanceKey, device: DeviceId): string {
  return `${instance} on ${device}`
}

function assertNoneDark(
  { bills }: PeriodLeaves,
  { leases, ran }: { readonly leases: readonly PartOfLease[]; readonly ran: Map<string, SeenRun> },
): void {
  const billed = addUp(bills.map(({ seconds }, place) => [leases[place]!.lease, seconds] as const))
  for (const [name, { seconds }] of billed) {
    const most = ran.get(name)?.seconds ?? 0
    if (seconds > most) throw new Error(`${name} is billed ${seconds} s, and ran for ${most} s.`)
  }
}

function bill({ period, at }: Day, money: ConservedBook, { bills }: PeriodLeaves): void {
  money.do({ action: 'settle', by: anybody, at, period })
  for (const { instance, token, seconds } of bills) {
    const leaf = { instance, token, seconds, period }
    const outcome = money.do({ action: 'bill', by: anybody, at, ...leaf })
    if (!outcome.done) throw new Error(`A bill of ${instance} was refused: ${outcome.refusal}.`)
  }
}
