import type { HealthReport, RegistryCredentials } from '@nexqloud/engine'

import type { Book } from '../book/book.ts'
import { Notebook } from '../book/notebook.ts'
import type { Assignment, AssignmentAnswer } from '../protocol/assignment.ts'
import { instanceOf, type PodReference } from '../protocol/pod-reference.ts'
import {
  createContainerMemory,
  rememberHealth,
  rememberOutcome,
  type ContainerMemory,
  type Outcome,
} from '../reconcile/container-memory.ts'
import { readDesiredPod, type DesiredPod } from '../reconcile/desired-pod.ts'
import { namesOf, runOf, type PodContainerStatus } from '../reconcile/pod-labels.ts'
import { memoryKey, reconcile, type PodAction } from '../reconcile/reconcile.ts'
import { answerAssignment } from './answer-assignment.ts'
import { EgressKeeper } from './egress-keeper.ts'
import { AWAY_MS, followEvents } from './follow-events.ts'
import { GivenUp } from './given-up.ts'
import { HealthWatch } from './health-watch.ts'
import { performAction, performRemoval, type PodHappening } from './perform.ts'
import { PodInventory } from './pod-inventory.ts'
import type { PodKeeperParts } from './pod-keeper-parts.ts'
import { PodReports } from './pod-reports.ts'
import { removeUnusedNetworks } from './remove-networks.ts'
import { createRepeatLimit } from './repeat-limit.ts'
import { takeSnapshot } from './snapshot.ts'
import { StartPermit } from './start-permit.ts'

/** How long nothing may happen before it looks for itself: events may be lost. */
const LOOK_MS = 30_000
/** Of an event, as in events.k8s.io. */
const MOST_MESSAGE = 1024

/** Keeps the pods of a device as they are wanted. */
export class PodKeeper {
  readonly #parts: PodKeeperParts
  readonly #names: ReturnType<typeof namesOf>
  readonly #health: HealthWatch
  readonly #reports: PodReports
  readonly #inventory: PodInventory
  readonly #memory = new Map<string, ContainerMemory>()
  readonly #credentials = new Map<string, Readonly<Record<string, RegistryCredentials>>>()
  /** By instance: what is being done for it, one thing at a time. */
  readonly #busy = new Map<string, { readonly uid: string; readonly stop: AbortController }>()
  /** The same of what was done since the last look began: that look may not show it. */
  readonly #touched = new Map<string, string>()
  readonly #tasks = new Set<Promise<void>>()
  readonly #notebook: Notebook
  readonly #permit = new StartPermit()
  readonly #isNews: ReturnType<typeof createRepeatLimit>
  readonly #givenUp = new GivenUp()
  readonly #egress: EgressKeeper
  /** By uid, of pods that are ending. */
  #grace: ReadonlyMap<string, number> = new Map()
  /** Undefined until it is known what is wanted: then nothing is touched. */
  #desired: readonly DesiredPod[] | undefined
  #hasStarted = false
  #containers: readonly PodContainerStatus[] = []
  #wake = Promise.withResolvers<void>()

  constructor(parts: PodKeeperParts) {
    const { owner, clock, createProber, engine, listener, store, wall } = parts
    this.#parts = parts
    this.#names = namesOf(owner)
    this.#isNews = createRepeatLimit(clock)
    this.#notebook = new Notebook(store)
    this.#reports = new PodReports(clock, listener)
    this.#egress = new EgressKeeper({ wall, names: this.#names, onFault: listener.onFault })
    this.#inventory = new PodInventory(listener.onInventory)
    this.#health = new HealthWatch({ engine, clock, createProber }, (container, report) =>
      this.#learnHealth(container, report),
    )
  }

  /** Obeys what was saved, if anything was, and then what is assigned, until the signal aborts. Containers run on. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, listener } = this.#parts
    const saved = await this.#notebook.open()
    if (saved !== undefined && this.#desired === undefined) this.#obey(saved)
    const late = this.#permit.giveLate(clock, signal).then(() => this.#wake.resolve())
    const events = followEvents(this.#parts, () => this.#wake.resolve(), signal)
    while (!signal.aborted) {
      this.#wake = Promise.withResolvers()
      let waitMs = AWAY_MS
      try {
        waitMs = await this.#look(signal)
      } catch (error) {
        listener.onFault(error)
      }
      const woken = new AbortController()
      void this.#wake.promise.then(() => woken.abort())
      await clock.delay(waitMs, AbortSignal.any([signal, woken.signal]))
    }
    for (const { stop } of this.#busy.values()) stop.abort()
    this.#health.stop()
    await Promise.all([...this.#tasks, events, late])
    await this.#notebook.settle()
  }

  /**
   * Takes an assignment, and resolves with what became of it once that outlives a power cut, or cannot.
   *
   * @throws {@link AssignmentStaleError}
   */
  async assign(assignment: Assignment): Promise<AssignmentAnswer> {
    const applied = await this.#notebook.assign(assignment)
    this.#grace = new Map(assignment.ending?.map((pod) => [pod.uid, pod.graceSeconds]))
    this.#credentials.clear()
    for (const { uid, credentials } of assignment.pods) {
      if (credentials !== undefined) this.#credentials.set(uid, credentials)
    }
    if (applied.unsaved === undefined) this.#inventory.expect(assignment)
    else this.#parts.listener.onFault(applied.unsaved)
    this.#permit.give()
    this.#obey(applied.book)
    return answerAssignment(applied)
  }

  /** Starts nothing, and ends what it has started, until it is assigned anew: another agent has the device's key, and perhaps its engine. */
  giveWay(): void {
    this.#desired = this.#hasStarted ? [] : undefined
    this.#wake.resolve()
  }

  /** While its owner wants nothing to run, stops all pods; what was stopped so is never started again. */
  giveUp(isOn: boolean): void {
    this.#givenUp.set(isOn)
    const { book } = this.#notebook
    if (isOn && book !== undefined) this.#obey(book)
  }

  /** Tells the listener of all pods again. */
  reportAll(): void {
    this.#reports.repeat()
    this.#inventory.repeat()
  }

  /** Returns a pod's container as it was last seen; the pod's first one where none is named. */
  findContainer(uid: string, container?: string): PodContainerStatus | undefined {
    const name =
      container ?? this.#desired?.find((pod) => pod.uid === uid)?.spec?.containers[0]?.name
    return this.#containers.find((one) => one.uid === uid && one.container === name)
  }

  /** Returns the containers of pods that ran when they were seen last. */
  running(): readonly PodContainerStatus[] {
    return this.#containers.filter(({ state }) => state === 'running')
  }

  #obey(book: Book): void {
    const pods = this.#givenUp.rest(book.pods)
    const desired = pods.map((pod) => readDesiredPod(pod, this.#parts.policy))
    this.#desired = desired
    const wanted = new Set(pods.map(({ uid }) => uid))
    for (const { uid, stop } of this.#busy.values()) if (!wanted.has(uid)) stop.abort()
    for (const { uid, spec } of desired) {
      for (const { name } of spec?.containers ?? []) {
        const key = memoryKey({ uid }, name)
        const known = this.#memory.get(key)
        this.#memory.set(key, known ?? createContainerMemory(book.restarts[key]))
      }
    }
    this.#wake.resolve()
  }

  /** Looks at what is, begins what is to be done, and returns how long to wait for the next look. */
  async #look(signal: AbortSignal): Promise<number> {
    if (this.#desired === undefined) return LOOK_MS
    const { engine, clock } = this.#parts
    this.#touched.clear()
    const [expected, busyBefore] = [this.#inventory.expected, [...this.#busy.keys()]]
    const { onFault } = this.#parts.listener
    const containers = await takeSnapshot({ engine, before: this.#containers, onFault })
    this.#containers = containers
    const wanted = this.#desired
    const isWalled = await this.#egress.keep(wanted, containers)
    if (signal.aborted || this.#desired !== wanted) return 0
    const [desired, nowMs, { isAssigned }] = [wanted, clock.steadyMs(), this.#notebook]
    const scene = { desired, containers, memory: this.#memory, isAssigned, nowMs }
    const { actions, memory, wakeMs } = reconcile({ ...scene, graceSeconds: this.#grace })
    const barred = new Set([...busyBefore, ...this.#busy.keys(), ...this.#touched.keys()])
    this.#remember(desired, memory, barred)
    this.#health.follow(desired, containers, (pod) => this.#busy.has(instanceOf(pod)))
    for (const action of actions) {
      const isBarred = barred.has(instanceOf(action.pod))
      if (!isBarred && this.#isPermitted(action, isWalled)) this.#begin(action)
    }
    this.#reports.update(desired, containers, this.#memory)
    const used = [...desired, ...containers]
    const present = [...used, ...this.#busy.values()].map(({ uid }) => uid)
    this.#inventory.update([...present, ...this.#touched.values()], expected)
    if (this.#busy.size === 0) await removeUnusedNetworks(engine, this.#names, used)
    return Math.min(isWalled ? LOOK_MS : AWAY_MS, (wakeMs ?? Infinity) - nowMs)
  }

  #remember(
    desired: readonly DesiredPod[],
    memory: ReadonlyMap<string, ContainerMemory>,
    barred: ReadonlySet<string>,
  ): void {
    const moving = new Set(
      desired.filter((pod) => barred.has(instanceOf(pod))).map(({ uid }) => uid),
    )
    for (const key of this.#memory.keys()) if (!memory.has(key)) this.#memory.delete(key)
    for (const [key, value] of memory) {
      if (!moving.has(key.split('/')[0] ?? '')) this.#memory.set(key, value)
    }
  }

  /** One thing at a time; nothing before it may be started, and what it may reach stands. What is to go goes. */
  #isPermitted(action: PodAction, isWalled: boolean): boolean {
    if (this.#busy.has(instanceOf(action.pod))) return false
    return (isWalled && this.#permit.isGiven) || action.type === 'remove'
  }

  #begin(action: PodAction): void {
    const instance = instanceOf(action.pod)
    const stop = new AbortController()
    this.#busy.set(instance, { uid: action.pod.uid, stop })
    const task = this.#perform(action, stop.signal)
      .catch(async (error: unknown) => {
        this.#parts.listener.onFault(error)
        await this.#parts.clock.delay(AWAY_MS, stop.signal)
      })
      .finally(() => {
        this.#busy.delete(instance)
        this.#touched.set(instance, action.pod.uid)
        this.#tasks.delete(task)
        this.#wake.resolve()
      })
    this.#tasks.add(task)
  }

  async #perform(action: PodAction, signal: AbortSignal): Promise<void> {
    const { engine, images, clock, openFolder } = this.#parts
    const { pod } = action
    if (action.type === 'remove')
      return performRemoval(action, { engine, tell: (happening) => this.#tell(pod, happening) })
    const { name } = action.container
    const credentials = this.#credentials.get(pod.uid) ?? {}
    const tell = (happening: PodHappening): void => this.#tell(pod, happening, name)
    const performer = { engine, images, clock, names: this.#names, credentials, tell, openFolder }
    if (action.type === 'reboot') {
      const { reboots } = action
      await this.#learn(pod, memoryKey(pod, name), { type: 'rebooting', reboots })
    }
    const outcome = await performAction(action, performer, signal)
    if (outcome === undefined) return
    const concerned = outcome.type === 'replaced' && 'names' in action ? action.names : [name]
    for (const each of concerned) await this.#learn(pod, memoryKey(pod, each), outcome)
  }

  async #learn({ uid }: PodReference, key: string, outcome: Outcome): Promise<void> {
    this.#hasStarted ||= outcome.type === 'started' || outcome.type === 'rebooted'
    const before = this.#memory.get(key)
    if (before === undefined) return
    const after = rememberOutcome(before, outcome, this.#parts.clock.steadyMs())
    this.#memory.set(key, after)
    if (after.restart !== before.restart) await this.#notebook.countRestart(uid, key, after.restart)
  }

  #learnHealth(pod: PodContainerStatus, { attempt, ...health }: HealthReport): void {
    const memory = this.#memory.get(memoryKey(pod, pod.container))
    if (memory === undefined) return
    const learnt = rememberHealth(memory, { ...health, run: runOf(pod) })
    this.#memory.set(memoryKey(pod, pod.container), learnt)
    const message = `${attempt?.kind}: ${attempt?.message}`
    if (attempt?.passed === false && this.#isNews(`${runOf(pod)} ${attempt.kind}`, message)) {
      this.#tell(pod, { type: 'Warning', reason: 'Unhealthy', message }, pod.container)
    }
    if (learnt !== memory) this.#wake.resolve()
  }

  #tell({ namespace, name, uid }: PodReference, happening: PodHappening, container?: string): void {
    const at = new Date(this.#parts.clock.wallMs()).toISOString()
    const message = happening.message.slice(0, MOST_MESSAGE)
    this.#parts.listener.onEvent({ namespace, name, uid, container, ...happening, message, at })
  }
}
