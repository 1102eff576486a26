import type { Address, DeviceId, InstanceKey, MasternodeId } from '@nexqloud/kernel'

import { shareRewards } from '../rewards.ts'
import { qloudScores } from '../score.ts'
import { leaseSeconds, uptimeSeconds } from '../uptime.ts'
import { drawWitnesses, type WitnessDraw } from '../witness.ts'
import type { BillLeaf, CreditLeaf, RewardLeaf } from './leaves.ts'
import { monthCredits, type InstanceMonth } from './month-credits.ts'
import { SecondsLeft, type SeenRuns } from './seconds-left.ts'

/** What one masternode, whose file is in the set, saw in the period. */
export type SettledFile = {
  readonly masternode: MasternodeId
  /** Minutes in which it was up. Bit `m % 32` of word `m ÷ 32` is minute `m`. */
  readonly up: Uint32Array
  /** The minutes in which it heard each device; of one that is not named there are none. */
  readonly devices: ReadonlyMap<DeviceId, Uint32Array>
  /** Rising by instance, then device. */
  readonly runs: SeenRuns
}

/** A device that was active when the period began. */
export type SettledDevice = {
  readonly device: DeviceId
  /** Who owned it then, and is paid. */
  readonly account: Address
  /** What counted then: CPU, memory, storage, GPU, ISP. */
  readonly scores: readonly number[]
}

/** A lease of which some seconds are in the period. */
export type OverlappingLease = {
  readonly instance: InstanceKey
  readonly token: bigint
  readonly device: DeviceId
  /** From its start or the period's to its end or the period's. */
  readonly overlapSeconds: number
}

/** All that a period is settled by. */
export type PeriodFacts = {
  /** Length of the period. */
  readonly minutes: number
  /** The contributors' part of its emission, in wei. */
  readonly pot: bigint
  /** As it was when the period began. */
  readonly draw: WitnessDraw
  /** Rising by id. */
  readonly devices: readonly SettledDevice[]
  /** Rising by instance, then token. */
  readonly leases: readonly OverlappingLease[]
  /** What it credits: of the month that {@link creditedMonth} names, those that were down; rising by instance. */
  readonly months: readonly InstanceMonth[]
  /** The files that a quorum holds, in any order, one of a masternode. */
  readonly files: readonly SettledFile[]
}

/** The leaves of a period in the order of their tree: rewards by device, bills by instance and token, credits by instance and month. */
export type PeriodLeaves = {
  readonly rewards: readonly RewardLeaf[]
  readonly bills: readonly BillLeaf[]
  readonly credits: readonly CreditLeaf[]
}

/**
 * Returns what a period comes to. A device that was active when it began has a reward, and a lease of which seconds are in it has a bill, also of
 * 0; together the rewards are the pot, or all 0 where nobody earned.
 */
export function settlePeriod(facts: PeriodFacts): PeriodLeaves {
  const witnessesOf = createWitnesses(facts)
  return {
    rewards: settleRewards(facts, witnessesOf),
    bills: settleBills(facts, witnessesOf),
    credits: monthCredits(facts.months),
  }
}

/** The witnesses of a device that are in the set, the highest first. */
type WitnessesOf = (device: DeviceId) => readonly SettledFile[]

/** A device's are drawn once, however many leases are on it. */
function createWitnesses({ draw, files }: PeriodFacts): WitnessesOf {
  const fileOf = new Map(files.map((file) => [file.masternode, file]))
  const drawn = new Map<DeviceId, readonly SettledFile[]>()
  return (device) => {
    const known = drawn.get(device)
    if (known !== undefined) return known
    const witnesses = drawWitnesses(device, draw).flatMap((id) => fileOf.get(id) ?? [])
    drawn.set(device, witnesses)
    return witnesses
  }
}

function settleRewards(
  { minutes, pot, devices }: PeriodFacts,
  witnessesOf: WitnessesOf,
): readonly RewardLeaf[] {
  const never = new Uint32Array(Math.ceil(minutes / 32))
  const rows = {
    devices: Uint32Array.from(devices, ({ device }) => device),
    scoreHundredths: scoresOf(devices),
    uptimeSeconds: Uint32Array.from(devices, ({ device }) => {
      const records = witnessesOf(device).map((file) => ({
        up: file.up,
        seen: file.devices.get(device) ?? never,
      }))
      return uptimeSeconds(records, minutes)
    }),
  }
  const { amounts } = shareRewards(pot, rows)
  return devices.map(({ device, account }, place) => ({
    account,
    device,
    amount: amounts[place]!,
    uptimeSeconds: rows.uptimeSeconds[place]!,
    scoreHundredths: rows.scoreHundredths[place]!,
  }))
}

const CATEGORIES = 5

function scoresOf(devices: readonly SettledDevice[]): Uint16Array {
  const columns = Array.from({ length: CATEGORIES }, (_, category) =>
    Uint32Array.from(devices, ({ scores }) => scores[category]!),
  )
  return qloudScores(columns)
}

function settleBills(
  { leases, files }: PeriodFacts,
  witnessesOf: WitnessesOf,
): readonly BillLeaf[] {
  const left = new Map(files.map((file) => [file, new SecondsLeft(file.runs)]))
  return leases.map(({ instance, token, device, overlapSeconds }) => {
    const seen = witnessesOf(device).map((file) =>
      left.get(file)!.take({ instance, device, seconds: overlapSeconds }),
    )
    return { instance, token, seconds: leaseSeconds(seen) }
  })
}
