import { createHash } from 'node:crypto'

import type { Clock } from '@nexqloud/kernel'
import { createInformer, kinds, type Change, type Informer, type KubeClient } from '@nexqloud/kube'

import { defineForSure } from '../object/define-kind.ts'
import { isSettled } from '../object/object.ts'
import { createWorkQueue, type WorkQueue } from '../object/work-queue.ts'
import { decide, type Move, type TaskView } from './decide.ts'
import { MOST_RAISED_TERM, type Election, type ElectionListener } from './election.ts'
import { toMicroTime, type Lease } from './lease.ts'
import { Presence } from './presence.ts'

/** Where the Leases are: one for each masternode, renewed every two seconds, and one for each task, written when its holder changes. */
export const ELECTION_NAMESPACE = 'nexqloud-system'

/** Tells masternodes from tasks. */
const ROLE = 'nexqloud.io/role'
const MASTERNODE = 'masternode'
/** On a task: its holder cannot do it. */
const OFFERED = 'nexqloud.io/offered'
/** How often is looked who is absent. */
const LOOK_MS = 500

/** What an election takes. */
export type LeaseElectionOptions = {
  readonly client: KubeClient
  readonly clock: Clock
  /** This masternode's name: it keeps what it held when it is started again under it. */
  readonly identity: string
  readonly onChange: ElectionListener
  /** Told of each failure after which it goes on. */
  readonly onFailure: (failure: unknown) => void
}

/** An election by Leases of Kubernetes, among all masternodes that work on the same API. */
export class LeaseElection implements Election {
  readonly #options: LeaseElectionOptions
  readonly #presence: Presence
  readonly #leases: Informer<Lease>
  readonly #queue: WorkQueue
  /** Since when this masternode can do it: milliseconds. */
  readonly #candidacies = new Map<string, number>()

  constructor(options: LeaseElectionOptions) {
    this.#options = options
    this.#presence = new Presence(options.identity, options.clock)
    this.#queue = createWorkQueue({ ...options, reconcile: (task) => this.#reconcile(task) })
    this.#leases = createInformer(options.client, {
      ...options,
      kind: kinds.leases,
      selection: { namespace: ELECTION_NAMESPACE },
      onChange: (change) => this.#follow(change),
    })
  }

  termOf(task: string): number | undefined {
    return this.#presence.isCertain && this.#holds(task) ? termOf(this.#find(task)) : undefined
  }

  stand(task: string): void {
    if (!this.#candidacies.has(task)) {
      this.#candidacies.set(task, this.#options.clock.steadyMs())
    }
    this.#queue.add(task)
  }

  withdraw(task: string): void {
    this.#candidacies.delete(task)
    this.#queue.add(task)
  }

  raise(task: string, term: number): void {
    const lease = this.#find(task)
    if (lease === undefined || !this.#holds(task)) return
    if (term <= termOf(lease) || term >= MOST_RAISED_TERM) return
    this.#patch(lease, { spec: { leaseTransitions: term } }).catch(this.#options.onFailure)
  }

  async run(signal: AbortSignal): Promise<void> {
    await defineForSure(this.#options, makeNamespace, signal)
    const following = this.#leases.run(signal)
    await Promise.race([this.#leases.synced, following])
    const scope = { namespace: ELECTION_NAMESPACE, labels: { [ROLE]: MASTERNODE } }
    const keeping = this.#presence.keep(this.#options, scope, signal)
    await Promise.all([this.#queue.run(signal), this.#look(signal), following, keeping])
  }

  #follow(change: Change<Lease>): void {
    const { object } = change
    if (!isTask(object)) return this.#presence.follow(change)
    this.#options.onChange(nameOf(object))
    this.#queue.add(nameOf(object))
  }

  /** Looks at what time alone changes. */
  async #look(signal: AbortSignal): Promise<void> {
    const { clock, onChange } = this.#options
    let wasCertain = false
    while (!signal.aborted) {
      const { isCertain } = this.#presence
      const known = this.#leases.list().filter(isTask).map(nameOf)
      for (const task of new Set([...this.#candidacies.keys(), ...known])) {
        if (isCertain !== wasCertain && this.#holds(task)) onChange(task)
        if (isCertain && decide(this.#view(task)) !== 'wait') this.#queue.add(task)
      }
      wasCertain = isCertain
      await clock.delay(LOOK_MS, signal)
    }
  }

  async #reconcile(task: string): Promise<undefined> {
    if (!this.#presence.isCertain) return
    const move = decide(this.#view(task))
    if (move !== 'wait') await this.#make(move, task)
  }

  #view(task: string): TaskView {
    const { clock, identity } = this.#options
    const lease = this.#find(task)
    const { holderIdentity: holder = '' } = lease?.spec ?? {}
    const [nowMs, sinceMs] = [clock.steadyMs(), this.#candidacies.get(task)]
    const absentMs = this.#presence.absentMs(holder)
    const common = {
      isOffered: lease?.metadata?.annotations?.[OFFERED] !== undefined,
      isCandidate: sinceMs !== undefined,
      vacantMs: nowMs - (sinceMs ?? nowMs),
      rank: () => rankOf(task, identity, this.#presence.present()),
    }
    if (holder === '') {
      const vacantMs = nowMs - Math.max(sinceMs ?? nowMs, this.#presence.settledMs)
      return { ...common, holder: 'nobody', vacantMs }
    }
    if (holder === identity) return { ...common, holder: 'self' }
    if (absentMs < 0) return { ...common, holder: 'present' }
    return { ...common, holder: 'absent', vacantMs: absentMs }
  }

  async #make(move: Exclude<Move, 'wait'>, task: string): Promise<void> {
    const { client, clock, identity } = this.#options
    const lease = this.#find(task)
    const acquireTime = toMicroTime(clock.wallMs())
    const held = { holderIdentity: identity, acquireTime }
    if (lease === undefined) {
      const spec = { ...held, leaseTransitions: 0 }
      const name = { namespace: ELECTION_NAMESPACE }
      const created = { metadata: { name: task }, spec }
      await client.create(kinds.leases, name, created).catch(ignoreSettled)
      return
    }
    const annotations = { [OFFERED]: move === 'offer' ? acquireTime : null }
    const spec = { ...held, leaseTransitions: termOf(lease) }
    await this.#patch(lease, { annotations, ...(move === 'take' && { spec }) })
  }

  /** Somebody else may have changed it meanwhile: that brings it here again. */
  async #patch(
    lease: Lease,
    { annotations = {}, spec = {} }: { readonly annotations?: Fields; readonly spec?: Fields },
  ): Promise<void> {
    const { resourceVersion = '' } = lease.metadata ?? {}
    const name = { namespace: ELECTION_NAMESPACE, name: nameOf(lease) }
    const body = { metadata: { resourceVersion, annotations }, spec }
    await this.#options.client
      .patch(kinds.leases, name, { type: 'merge', body })
      .catch(ignoreSettled)
  }

  #find(task: string): Lease | undefined {
    return this.#leases.get({ namespace: ELECTION_NAMESPACE, name: task })
  }

  #holds(task: string): boolean {
    return this.#find(task)?.spec?.holderIdentity === this.#options.identity
  }
}

type Fields = Readonly<Record<string, string | number | null>>

/** Each new holder is a transition, and has a term of its own. */
const termOf = (lease: Lease | undefined): number => (lease?.spec?.leaseTransitions ?? 0) + 1

/** Returns how many others come before one for a task, in an order that is another one for each task. */
function rankOf(task: string, identity: string, present: readonly string[]): number {
  const lot = (each: string): string => createHash('sha256').update(`${task} ${each}`).digest('hex')
  const own = lot(identity)
  return present.filter((each) => lot(each) < own).length
}

async function makeNamespace(client: KubeClient): Promise<void> {
  const namespace = { metadata: { name: ELECTION_NAMESPACE } }
  await client.create(kinds.namespaces, {}, namespace).catch(ignoreSettled)
}

/** Somebody else has made or changed it meanwhile: that brings it here again. */
function ignoreSettled(failure: unknown): void {
  if (!isSettled(failure)) throw failure
}

/** Whether a Lease is of a task, and not a masternode's own. */
export const isTask = ({ metadata }: Lease): boolean => metadata?.labels?.[ROLE] !== MASTERNODE
const nameOf = ({ metadata }: Lease): string => metadata?.name ?? ''
