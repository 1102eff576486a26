import type { DeviceId, MasternodeId } from '@nexqloud/kernel'

import { countedMinutes } from '../uptime.ts'
import { drawWitnesses } from '../witness.ts'
import type { OverlappingLease, PeriodFacts, PeriodLeaves, SettledFile } from './settle-period.ts'

/** How far what a witness wrote is from what counts. */
export type Dissent = {
  readonly masternode: MasternodeId
  /** Devices of which it saw other minutes than counted, while it was up itself, and in how many minutes at most. */
  readonly devices: number
  readonly mostMinutes: number
  /** Runs of an instance on a device of which it saw more or less than is billed, and by how many seconds at most. */
  readonly runs: number
  readonly mostSeconds: number
}

/** At the edges of what happens honest witnesses differ by so much. */
const EDGE = { minutes: 1, seconds: 60 } as const

/** Returns the witnesses that the others outvoted, by masternode; those that differ at an edge alone are not among them. */
export function findDissent(facts: PeriodFacts, leaves: PeriodLeaves): readonly Dissent[] {
  const witnesses = new Map<DeviceId, readonly MasternodeId[]>()
  const witnessesOf = (device: DeviceId): readonly MasternodeId[] => {
    const known = witnesses.get(device) ?? drawWitnesses(device, facts.draw)
    witnesses.set(device, known)
    return known
  }
  const billed = sumRuns(facts, leaves)
  return facts.files
    .map((file) => {
      const isOwn = (device: DeviceId): boolean => witnessesOf(device).includes(file.masternode)
      const minutes = facts.devices
        .filter(({ device }) => isOwn(device))
        .map(({ device }) => contradicted(facts, { file, device, witnesses: witnessesOf(device) }))
        .filter((count) => count > EDGE.minutes)
      const seen = new Map(Array.from(file.runs, (run) => [nameOf(run), run.seconds]))
      const seconds = [...billed]
        .filter(([, { device }]) => isOwn(device))
        .map(([name, run]) =>
          // Whatever it saw beyond the leases is nobody's.
          Math.abs(Math.min(seen.get(name) ?? 0, run.overlapSeconds) - run.seconds),
        )
        .filter((difference) => difference > EDGE.seconds)
      return {
        masternode: file.masternode,
        devices: minutes.length,
        mostMinutes: minutes.reduce((most, count) => Math.max(most, count), 0),
        runs: seconds.length,
        mostSeconds: seconds.reduce((most, count) => Math.max(most, count), 0),
      }
    })
    .filter(({ devices, runs }) => devices + runs > 0)
}

type Witnessed = {
  readonly file: SettledFile
  readonly device: DeviceId
  readonly witnesses: readonly MasternodeId[]
}

/** Returns in how many minutes in which the file's masternode was up it saw otherwise than what counts. */
function contradicted(
  { minutes, files }: PeriodFacts,
  { file, device, witnesses }: Witnessed,
): number {
  const never = new Uint32Array(file.up.length)
  const seenBy = (each: SettledFile): Uint32Array => each.devices.get(device) ?? never
  const records = files
    .filter(({ masternode }) => witnesses.includes(masternode))
    .map((each) => ({ up: each.up, seen: seenBy(each) }))
  const own = seenBy(file)
  return countedMinutes(records, minutes).reduce(
    (sum, counted, word) => sum + bitCount((counted ^ (own[word] ?? 0)) & (file.up[word] ?? 0)),
    0,
  )
}

type Run = Pick<OverlappingLease, 'device' | 'overlapSeconds'> & { readonly seconds: number }

/** What is billed of each instance on each device. */
function sumRuns({ leases }: PeriodFacts, { bills }: PeriodLeaves): ReadonlyMap<string, Run> {
  const sums = new Map<string, Run>()
  leases.forEach((lease, place) => {
    const before = sums.get(nameOf(lease))
    sums.set(nameOf(lease), {
      device: lease.device,
      seconds: (before?.seconds ?? 0) + (bills[place]?.seconds ?? 0),
      overlapSeconds: (before?.overlapSeconds ?? 0) + lease.overlapSeconds,
    })
  })
  return sums
}

const nameOf = ({ instance, device }: { readonly instance: string; readonly device: DeviceId }) =>
  `${instance}/${device}`

function bitCount(word: number): number {
  let count = 0
  for (let rest = word; rest !== 0; rest &= rest - 1) count += 1
  return count
}
