import { isIPv4 } from 'node:net'

import type {
  AssignedPod,
  DeviceDisksReport,
  DeviceFacts,
  DeviceLink,
  DeviceSession,
  Driver,
  PodReport,
} from '@nexqloud/control'
import type {
  agentContract,
  DisksReport,
  Inventory,
  PodReport as DeviceReport,
} from '@nexqloud/device'
import type { Clock } from '@nexqloud/kernel'
import type { ObjectMeta } from '@nexqloud/kube'
import type { Link, RpcPeer } from '@nexqloud/tunnel'

import { createDeviceStreams } from '../stream/device-streams.ts'
import { createAssigner, unsavedReason } from './assigner.ts'
import type { NewsGate } from './news-gate.ts'
import { createPodProgress, type PodProgress } from './pod-progress.ts'
import type { CredentialReader } from './registry-credentials.ts'

/** What driving devices takes. */
export type DrivingParts = {
  readonly driver: Pick<Driver, 'connect'>
  readonly readCredentials: CredentialReader
  /** Returns the address of an instance, `namespace/name`: what its pod's status gives as its IP. */
  readonly addressOf: (instance: string) => string | undefined
  readonly clock: Clock
  /** Told of each failure after which it goes on, and which device's it was. */
  readonly onFailure: (failure: unknown, device: string) => void
}

/** The device that is driven, and in which term. */
export type Driven = {
  readonly device: string
  readonly link: Link
  readonly peer: RpcPeer<typeof agentContract>
  /** Through which pass what it tells. */
  readonly news: Pick<NewsGate, 'tell'>
  readonly term: number
  /** It could write down what it is to run, or could not, as its disk is full. */
  readonly onDisk: (isFull: boolean) => void
}

/** A term in which a device is driven over one link. */
export class Driving {
  readonly term: number
  readonly session: DeviceSession
  readonly #news: Driven['news']
  readonly #addressOf: DrivingParts['addressOf']
  readonly #progress: PodProgress
  /** By uid. */
  #assigned: ReadonlyMap<string | undefined, ObjectMeta> = new Map()
  /** What was told last of each pod, by instance. */
  readonly #told = new Map<string, DeviceReport>()
  /** Secrets that were told to be missing, by pod. */
  readonly #missing = new Set<string>()
  readonly #over = new AbortController()
  #serial = 0
  /** What it is to be told next; nothing where it was told. */
  #untold: readonly AssignedPod[] | undefined
  /** Disks and snapshots that it could not be told of, and why. */
  #refused: ReadonlyMap<string, string> = new Map()

  constructor(parts: DrivingParts, driven: Driven, facts: DeviceFacts) {
    this.term = driven.term
    this.#news = driven.news
    this.#addressOf = parts.addressOf
    this.#progress = createPodProgress(driven.term)
    // Another masternode may have given it up since it is silent.
    const heardMs = driven.link.mux.receivedMs
    this.session = parts.driver.connect(this.#createLink(parts, driven), facts, heardMs)
  }

  /** It is not driven in this term any more. */
  end(): void {
    this.#over.abort()
    this.session.close()
  }

  /** A device speaks of its own pods alone. */
  owns({ uid, namespace, name }: Pick<DeviceReport, 'uid' | 'namespace' | 'name'>): boolean {
    const own = this.#assigned.get(uid)
    return own?.namespace === namespace && own.name === name
  }

  /** Returns whose pod a uid is, among those that the device was given. */
  podOf(uid: string): { readonly namespace: string; readonly name: string } | undefined {
    const { namespace, name } = this.#assigned.get(uid) ?? {}
    return namespace === undefined || name === undefined ? undefined : { namespace, name }
  }

  status(told: DeviceReport): void {
    // Of what it was not told it has nothing to say.
    if (!this.owns(told)) return
    this.#told.set(instanceOf(told), told)
    this.#report(this.#toReport(told))
  }

  /** Reports once more what an instance's pod is like. */
  repeat(instance: string): void {
    const told = this.#told.get(instance)
    if (told !== undefined && this.owns(told)) this.#report(this.#toReport(told))
  }

  /** What it says of its disks before it was told the newest of them says nothing of what is erased. */
  disks({ term, serial, ...report }: DisksReport): void {
    this.#news.tell('disks', () => {
      const isNews = this.#untold === undefined && serial >= this.#serial
      if (term !== this.term || !isNews) return
      this.session.reportDisks(withRefused(report, this.#refused))
    })
  }

  inventory(told: Inventory): void {
    for (const report of this.#progress.inventory(told)) this.#report(report)
  }

  #report(report: PodReport): void {
    this.#news.tell(report.uid, () => this.session.report(report))
  }

  #toReport(told: DeviceReport): PodReport {
    const report = this.#progress.status(told)
    const podIP = this.#addressOf(instanceOf(told))
    if (podIP === undefined) return report
    return { ...report, status: { ...report.status, podIP, podIPs: [{ ip: podIP }] } }
  }

  /** In kubelet's words, once for each. */
  #tellMissing(uid: string, secret: string): void {
    const key = `${uid}/${secret}`
    if (this.#missing.has(key)) return
    this.#missing.add(key)
    const message = `The secret ${secret}, by which its images are to be pulled, is not there; without it the pull may fail.`
    this.session.tell(uid, {
      type: 'Warning',
      reason: 'FailedToRetrieveImagePullSecret',
      message,
    })
  }

  #createLink(
    { readCredentials, clock, onFailure }: DrivingParts,
    { device, link, peer, term, onDisk }: Driven,
  ): DeviceLink {
    const assign = createAssigner({
      peer,
      term,
      readCredentials,
      onSecretMissing: ({ pod }, secret) => this.#tellMissing(pod.metadata?.uid ?? '', secret),
      isPulling: ({ pod: { metadata = {} } }) => {
        const told = this.#told.get(`${metadata.namespace}/${metadata.name}`)
        return told === undefined || told.uid !== metadata.uid || told.status.phase === 'Pending'
      },
      clock,
      signal: this.#over.signal,
      onAssign: (serial, pods) => {
        this.#serial = serial
        if (pods === this.#untold) this.#untold = undefined
        this.#progress.assign(serial, pods)
        this.#assigned = new Map(pods.map(({ pod: { metadata = {} } }) => [metadata.uid, metadata]))
        for (const [instance, told] of this.#told) {
          if (!this.owns(told)) this.#told.delete(instance)
        }
      },
      onAnswer: (unsaved) => onDisk(unsaved?.isFull === true),
      onFenced: (pod) => {
        const why = `The device knows of a higher fencing token than ${pod.fencingToken} for this pod.`
        this.session.report(tellFailed(pod, 'FencingTokenStale', why))
      },
      onUnsaved: (pod, told) =>
        this.session.report(
          tellFailed(pod, unsavedReason(told), `It was not started: ${told.why}.`),
        ),
      onRefused: (pod, why) => this.session.report(tellFailed(pod, 'PodRefused', why)),
      onDisksRefused: (refused) => {
        this.#refused = refused
      },
      onFailure: (failure) => {
        onFailure(failure, device)
        link.mux.close('internalError', 'The device did not take its assignment.')
      },
    })
    const tellStanding: DeviceLink['tellStanding'] = ({ failing, unsteady }) => {
      peer.notify('standing', {
        ...(isIPv4(link.peerAddress) && { line: link.peerAddress }),
        ...(failing && {
          failing: { instances: failing.instances, until: isoOf(failing.untilMs) },
        }),
        ...(unsteady && { unsteady: { times: unsteady.times, until: isoOf(unsteady.untilMs) } }),
      })
    }
    const assignNext: DeviceLink['assign'] = (pods, disks) => {
      this.#untold = pods
      assign(pods, disks)
    }
    return { device, assign: assignNext, tellStanding, ...createDeviceStreams(link.mux, clock) }
  }
}

const isoOf = (ms: number): string => new Date(ms).toISOString()

const instanceOf = ({ namespace, name }: DeviceReport): string => `${namespace}/${name}`

/** What the device was not told of stays as it is there, and is not erased. */
function withRefused(
  { volumes, snapshots }: DeviceDisksReport,
  refused: ReadonlyMap<string, string>,
): DeviceDisksReport {
  const explain = <Told extends { readonly id: string }>(told: Told): Told => {
    const message = refused.get(told.id)
    return message === undefined ? told : { ...told, message }
  }
  const known = new Set([...volumes, ...snapshots].map(({ id }) => id))
  // Which of both it is does not matter: ids are objects' uids.
  const rest = [...refused]
    .filter(([id]) => !known.has(id))
    .map(([id, message]) => ({ id, state: 'failed' as const, message }))
  return {
    volumes: [...volumes.map(explain), ...rest],
    snapshots: [...snapshots.map(explain), ...rest],
  }
}

/** Its instance is made again, later each time and with a higher token. */
function tellFailed(
  { pod, fencingToken }: AssignedPod,
  reason: string,
  message: string,
): PodReport {
  const status = { phase: 'Failed', reason, message }
  return { uid: pod.metadata?.uid ?? '', fencingToken, status, isGone: false }
}
