import { annotations, readEgress, type AssignedPod, type DeviceDisks } from '@nexqloud/control'
import {
  assignedPod,
  fitDisks,
  type agentContract,
  type Assignment,
  type AssignmentAnswer,
} from '@nexqloud/device'
import type { Clock } from '@nexqloud/kernel'
import type { RpcPeer } from '@nexqloud/tunnel'
import { z } from 'zod'

import { toDeviceSpec } from './device-pod.ts'
import type { CredentialReader } from './registry-credentials.ts'

/** What the assigner of a device works with. */
export type AssignerOptions = {
  readonly peer: Pick<RpcPeer<typeof agentContract>, 'request'>
  /** Which masternode's turn to drive it is. */
  readonly term: number
  readonly readCredentials: CredentialReader
  /** A secret that this pod pulls with is not there. */
  readonly onSecretMissing: (pod: AssignedPod, secret: string) => void
  /** Whether this pod's images may still have to be pulled: then its secrets are looked at again. */
  readonly isPulling: (pod: AssignedPod) => boolean
  readonly clock: Pick<Clock, 'delay'>
  /** Nothing is sent any more once it aborts. */
  readonly signal: AbortSignal
  /** A set is about to be sent. */
  readonly onAssign: (serial: number, pods: readonly AssignedPod[]) => void
  /** A set was answered: it is written down where nothing says why not. */
  readonly onAnswer: (unsaved: Unsaved | undefined) => void
  /** The device knows a higher token for this pod's instance, and did not take it. */
  readonly onFenced: (pod: AssignedPod) => void
  /** The device could not write this pod down, and does not have it; it is not sent again. */
  readonly onUnsaved: (pod: AssignedPod, told: Unsaved) => void
  /** This pod cannot be told to any device; the others are. */
  readonly onRefused: (pod: AssignedPod, why: string) => void
  /** These disks and snapshots cannot be told to any device, by uid; the others are. */
  readonly onDisksRefused: (refused: ReadonlyMap<string, string>) => void
  /** The device did not take a set: the link is of no use any more. */
  readonly onFailure: (failure: unknown) => void
}

/** Why a device could not write an assignment down. */
export type Unsaved = NonNullable<AssignmentAnswer['unsaved']>

/** Between two times that a device is told what it could not write down, or secrets are looked at: milliseconds. */
const AGAIN_MS = 10_000

/** Hands over what is wanted; see {@link DeviceLink.assign}. */
export type Assign = (pods: readonly AssignedPod[], disks?: DeviceDisks) => void

/** Returns who hands a device what it is to run, one set at a time: the newest replaces those that are not sent yet. */
export function createAssigner(options: AssignerOptions): Assign {
  const { signal } = options
  const news = createBell(options)
  const unsaved = new Set<string>()
  let next: readonly AssignedPod[] | undefined
  let disks: DeviceDisks | undefined
  let serial = 0
  let isBusy = false

  async function send(): Promise<void> {
    isBusy = true
    try {
      while (next !== undefined && !signal.aborted) await sendNext(next)
    } finally {
      // In the same turn as the last look at what is next: what comes later is sent, too.
      isBusy = false
    }
  }

  async function sendNext(given: readonly AssignedPod[]): Promise<void> {
    next = undefined
    serial += 1
    const pods = given.filter((pod) => isEnding(pod) || !isUnsaved(pod, unsaved))
    const assigned = await describePods(pods, options)
    options.onAssign(serial, given)
    const ending = pods.filter(isEnding).map(describeEnd)
    const wanted = { pods: assigned, ending, ...tellDisks(disks, options) }
    const assignment = { term: options.term, serial, ...wanted }
    const answer = await options.peer.request('assign', assignment)
    options.onAnswer(answer.unsaved)
    const sent = pods.filter(({ pod }) => assigned.some(({ uid }) => uid === uidOf(pod)))
    const isFenced = ({ pod }: AssignedPod): boolean => answer.fenced.includes(uidOf(pod))
    sent.filter(isFenced).forEach(options.onFenced)
    const { unsaved: told } = answer
    if (told === undefined) return followSecrets(given, assigned)
    const isHeld = ({ pod }: AssignedPod): boolean => told.held.includes(uidOf(pod))
    for (const each of sent.filter((pod) => !isFenced(pod) && !isHeld(pod))) {
      unsaved.add(uidOf(each.pod))
      options.onUnsaved(each, told)
    }
    if (next === undefined) await news.wait()
    next ??= given
  }

  /** Sends a set again when a secret of a pod that waits was made or corrected since. */
  async function followSecrets(given: readonly AssignedPod[], sent: Assignment['pods']) {
    while (next === undefined && !signal.aborted && given.some((pod) => isPulled(pod, options))) {
      await news.wait()
      if (await areSecretsChanged(given, sent, options)) next ??= given
    }
  }

  return (pods, wanted) => {
    next = pods
    disks = wanted
    news.ring()
    if (!isBusy) send().catch(options.onFailure)
  }
}

function tellDisks(
  wanted: DeviceDisks | undefined,
  { onDisksRefused }: AssignerOptions,
): Pick<Assignment, 'disks'> {
  if (wanted === undefined) return {}
  const { disks, refused } = fitDisks(wanted)
  onDisksRefused(refused)
  return { disks }
}

/** Returns what is waited for until it rings, or for long enough to try the same again. */
function createBell({ clock, signal }: Pick<AssignerOptions, 'clock' | 'signal'>) {
  let rung = new AbortController()
  return {
    ring: (): void => rung.abort(),
    wait: async (): Promise<void> => {
      rung = new AbortController()
      await clock.delay(AGAIN_MS, AbortSignal.any([signal, rung.signal]))
    },
  }
}

/** Whether a pod waits that names a secret. */
function isPulled(pod: AssignedPod, { isPulling }: Pick<AssignerOptions, 'isPulling'>): boolean {
  const secrets = pod.pod.spec?.imagePullSecrets ?? []
  return secrets.length > 0 && !isEnding(pod) && isPulling(pod)
}

async function areSecretsChanged(
  pods: readonly AssignedPod[],
  sent: Assignment['pods'],
  options: AssignerOptions,
): Promise<boolean> {
  const textOf = (credentials: unknown): string => JSON.stringify(credentials ?? {})
  const changes = pods.map(async (each) => {
    const before = sent.find(({ uid }) => uid === uidOf(each.pod))
    if (before === undefined || !isPulled(each, options)) return false
    const now = await options.readCredentials(each.pod, () => {})
    return textOf(before.credentials) !== textOf(now)
  })
  return (await Promise.all(changes)).includes(true)
}

/** A pod that the device never took was told to have failed, over this link or an earlier one: it would run beside what replaced it. */
function isUnsaved({ pod }: AssignedPod, unsaved: ReadonlySet<string>): boolean {
  const { phase, reason = '' } = pod.status ?? {}
  return unsaved.has(uidOf(pod)) || (phase === 'Failed' && isUnsavedReason(reason))
}

const unsavedReasons = ['DeviceDiskFull', 'DeviceDiskFailed'] as const

function isUnsavedReason(reason: string): boolean {
  return unsavedReasons.some((each) => each === reason)
}

/** Returns the reason that the status of a pod gives which its device could not write down. */
export function unsavedReason({ isFull }: Unsaved): (typeof unsavedReasons)[number] {
  return isFull ? 'DeviceDiskFull' : 'DeviceDiskFailed'
}

function uidOf({ metadata }: AssignedPod['pod']): string {
  return metadata?.uid ?? ''
}

function isEnding({ pod }: AssignedPod): boolean {
  return pod.metadata?.deletionTimestamp !== undefined
}

/** Whoever deletes a pod, or evicts it, may give it another grace than its own. */
function describeEnd({ pod: { metadata = {} } }: AssignedPod) {
  const { uid = '', deletionGracePeriodSeconds: graceSeconds = 0 } = metadata
  return { uid, graceSeconds: Math.min(MOST_GRACE_SECONDS, Math.max(0, Math.ceil(graceSeconds))) }
}

/** Kubernetes lets any grace be asked for; a device lets no pod linger longer than this. */
const MOST_GRACE_SECONDS = 3600
/** Of one pod as JSON: its environment alone may have a million characters on a device, and hardly any pod has a thousandth of that. */
const MOST_POD_BYTES = 256 << 10
/** Of all pods of a device: less than one message may have. */
const MOST_BYTES = 3 << 20

type Described = { readonly wire: Assignment['pods'][number]; readonly pod: AssignedPod }

/** What comes later takes no room from what runs already. */
function olderFirst(one: AssignedPod, other: AssignedPod): number {
  const [at, than] = [one, other].map(({ pod }) => pod.metadata?.creationTimestamp ?? '')
  if (at === than) return 0
  return (at ?? '') < (than ?? '') ? -1 : 1
}

/** A pod that is being deleted is not among it: the device ends it. One that the protocol cannot carry keeps none of the others away. */
async function describePods(
  pods: readonly AssignedPod[],
  options: AssignerOptions,
): Promise<Assignment['pods']> {
  const wanted = pods.filter((pod) => !isEnding(pod)).toSorted(olderFirst)
  const described = await Promise.all(
    wanted.map(async (pod) => ({ pod, wire: await describePod(pod, options) })),
  )
  let left = MOST_BYTES
  return described.flatMap(({ pod, wire }: Described) => {
    const bytes = JSON.stringify(wire).length
    const why = refusalOf(wire, { bytes, left })
    if (why !== undefined) {
      options.onRefused(pod, why)
      return []
    }
    left -= bytes
    return [wire]
  })
}

function takesDisks({ metadata }: AssignedPod['pod']): boolean {
  return metadata?.annotations?.[annotations.takesDisks] === 'true'
}

/** What is no whole number asks for nothing. */
function rebootsOf({ metadata }: AssignedPod['pod']): number {
  const said = metadata?.annotations?.[annotations.reboots] ?? ''
  return /^\d{1,15}$/.test(said) ? Number(said) : 0
}

async function describePod(
  assigned: AssignedPod,
  { readCredentials, onSecretMissing }: AssignerOptions,
): Promise<Described['wire']> {
  const { pod, fencingToken } = assigned
  const { metadata, spec } = pod
  const { namespace = '', name = '', uid = '' } = metadata ?? {}
  const egress = readEgress(pod)
  const reboots = rebootsOf(pod)
  const credentials = await readCredentials(pod, (secret) => onSecretMissing(assigned, secret))
  return {
    namespace,
    name,
    uid,
    token: fencingToken,
    ...(takesDisks(pod) && { takesDisks: true }),
    ...(reboots > 0 && { reboots }),
    pod: { metadata: { labels: metadata?.labels ?? {} }, spec: spec && toDeviceSpec(spec) },
    ...(credentials !== undefined && { credentials }),
    ...(egress !== undefined && { egress: [...egress] }),
  }
}

function refusalOf(
  wire: Described['wire'],
  { bytes, left }: { readonly bytes: number; readonly left: number },
): string | undefined {
  if (bytes > MOST_POD_BYTES)
    return `its specification has ${bytes} bytes; ${MOST_POD_BYTES} are the most`
  if (bytes > left)
    return `the specifications of its device’s pods have more than ${MOST_BYTES} bytes`
  const { error } = assignedPod.safeParse(wire)
  return error === undefined ? undefined : z.prettifyError(error)
}
