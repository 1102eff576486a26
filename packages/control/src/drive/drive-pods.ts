import { kinds, type KubeClient } from '@nexqloud/kube'

import type { DeviceDisks, DeviceDisksReport } from '../disk/device-disks.ts'
import { annotations } from '../object/names.ts'
import { isDisrupted, isSettled, nameOf, toJson, uidOf, type Pod } from '../object/object.ts'
import type { AssignedPod, DeviceFacts, DeviceLink, PodReport } from './device-link.ts'
import type { DriveBench } from './drive-node.ts'
import { StaleReportError } from './errors.ts'
import { statusChange } from './pod-status.ts'

/** What is known of a device that is or was connected. */
export type DrivenDevice = {
  link: DeviceLink | undefined
  facts: DeviceFacts | undefined
  /** The newest report of each pod that is not dealt with yet. */
  readonly reports: Map<string, PodReport>
  /** What it said last of its disks since it was told the newest of them; nothing before that. */
  disks: DeviceDisksReport | undefined
  /** What the link was told last of disks; nothing before the first time. */
  toldDisks: DeviceDisks | undefined
  /** What the link was told last, as text; nothing before the first time. */
  assigned: string | undefined
  /** How the link was told that placement sees it, as text; nothing before the first time. */
  toldStanding: string | undefined
  /** The fencing tokens of what it was told, and of what it was told before that: what it says of those may have crossed it. */
  tokens: ReadonlyMap<string, number>
  formerTokens: ReadonlyMap<string, number>
}

/** Tells the device all that it is to run, where that is news to it. */
export async function assignPods(
  { client }: Pick<DriveBench, 'client'>,
  device: DrivenDevice,
  {
    pods,
    disks,
  }: { readonly pods: ReadonlyMap<string, Pod>; readonly disks: DeviceDisks | undefined },
): Promise<void> {
  const { link } = device
  if (link === undefined) return
  const wanted = [...pods.values()].filter((pod) => !isDisrupted(pod))
  const tokened = await Promise.all(wanted.map((pod) => giveToken(client, pod)))
  const assigned = tokened
    .filter((pod) => pod !== undefined)
    .toSorted((left, right) => (uidOf(left.pod) < uidOf(right.pod) ? -1 : 1))
  const gists = assigned.map(({ pod, fencingToken }) => [fencingToken, gist(pod)])
  const text = JSON.stringify([gists, disks])
  if (device.assigned === text || device.link !== link) return
  device.formerTokens = device.tokens
  device.tokens = new Map(assigned.map(({ pod, fencingToken }) => [uidOf(pod), fencingToken]))
  device.assigned = text
  // What it said before knows nothing of what it is told now.
  if (JSON.stringify(device.toldDisks) !== JSON.stringify(disks)) device.disks = undefined
  device.toldDisks = disks
  if (disks === undefined) link.assign(assigned)
  else link.assign(assigned, disks)
}

function gist({ metadata = {}, spec }: Pod) {
  const { uid, deletionTimestamp, deletionGracePeriodSeconds } = metadata
  const { [annotations.egress]: egress, [annotations.reboots]: reboots } =
    metadata.annotations ?? {}
  return [uid, deletionTimestamp, deletionGracePeriodSeconds, egress, reboots, spec]
}

/** Returns a pod with its fencing token, which is written before any device hears of it; nothing where the pod is gone. */
async function giveToken(client: KubeClient, pod: Pod): Promise<AssignedPod | undefined> {
  const known = tokenOf(pod)
  if (known > 0) return { pod, fencingToken: known }
  const fencingToken = 1
  const metadata = {
    uid: uidOf(pod),
    resourceVersion: pod.metadata?.resourceVersion ?? '',
    annotations: { [annotations.fencingToken]: String(fencingToken) },
  }
  try {
    const patched = await client.patch(kinds.pods, nameOf(pod), {
      type: 'merge',
      body: { metadata },
    })
    return { pod: patched, fencingToken }
  } catch (failure) {
    // What has changed meanwhile comes back with its change.
    if (isSettled(failure)) return undefined
    throw failure
  }
}

/** Returns the token that a pod was made with, or was given; 0 where it has none. */
export function tokenOf({ metadata = {} }: Pick<Pod, 'metadata'>): number {
  const text = metadata.annotations?.[annotations.fencingToken] ?? ''
  return /^\d{1,15}$/.test(text) ? Number(text) : 0
}

/** Writes what a device reports of its pods. What is not its own is dropped, and told as a failure unless it was until now. */
export async function writeReports(
  { client, onFailure }: DriveBench,
  { name, device }: { readonly name: string; readonly device: DrivenDevice },
  pods: ReadonlyMap<string, Pod>,
): Promise<void> {
  if (device.assigned === undefined) return
  const writing = [...device.reports.values()].map(async (report) => {
    const pod = pods.get(report.uid)
    const why = refusalOf(device, report)
    if (why !== undefined && !isLate(device, report)) {
      onFailure(new StaleReportError(name, report.uid, why))
    }
    const isDone =
      why !== undefined || pod === undefined || (await writeReport(client, pod, report))
    if (isDone && device.reports.get(report.uid) === report) device.reports.delete(report.uid)
  })
  await Promise.all(writing)
}

function refusalOf({ tokens }: DrivenDevice, { uid, fencingToken }: PodReport): string | undefined {
  const token = tokens.get(uid)
  if (token === undefined) return 'is not assigned to it'
  return token === fencingToken ? undefined : `has fencing token ${token}, not ${fencingToken}`
}

/** It was right until the device was told otherwise. */
function isLate({ formerTokens }: DrivenDevice, { uid, fencingToken }: PodReport): boolean {
  return formerTokens.get(uid) === fencingToken
}

/** Returns whether it is written; a pod that somebody has changed meanwhile comes here again. */
async function writeReport(client: KubeClient, pod: Pod, report: PodReport): Promise<boolean> {
  const status = statusChange(pod, report)
  const { uid = '', resourceVersion = '', deletionTimestamp } = pod.metadata ?? {}
  try {
    if (status !== undefined) {
      const body = toJson({ metadata: { uid, resourceVersion }, status })
      await client.patch(kinds.pods, nameOf(pod, 'status'), { type: 'merge', body })
    }
    if (report.isGone && deletionTimestamp !== undefined) {
      const deletion = { gracePeriodSeconds: 0, preconditions: { uid } }
      await client.delete(kinds.pods, nameOf(pod), deletion)
    }
    return true
  } catch (failure) {
    if (isSettled(failure)) return false
    throw failure
  }
}
