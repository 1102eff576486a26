import type { VolumeStore } from '@nexqloud/engine'
import { BaseError, type Clock } from '@nexqloud/kernel'

import type { AssignmentMark } from '../agent/pod-inventory.ts'
import type { DisksReport, WantedDisks } from '../protocol/disks.ts'
import type { DiskBook } from './disk-book.ts'
import { findTaken, planDisks, type DiskAction } from './plan-disks.ts'
import { reportDisks, type DiskFailure } from './report-disks.ts'

/** What a keeper of disks stands on. */
export type DiskKeeperParts = {
  readonly volumes: VolumeStore
  readonly book: DiskBook
  readonly clock: Clock
  readonly onReport: (report: DisksReport) => void
  /** What it could not do for now; it goes on. */
  readonly onFault: (error: unknown) => void
}

/** How long nothing may happen before it looks for itself. */
const LOOK_MS = 30_000
/** Between two attempts at what failed: a volume that is in use, say. */
const AGAIN_MS = 2000
/** Between two looks that changed something: whatever is wanted, a device has time for other things. */
const PAUSE_MS = 100
const MOST_MESSAGE = 1024

/** Keeps the disks of a device as they are wanted, one thing at a time. */
export class DiskKeeper {
  readonly #parts: DiskKeeperParts
  /** Folders that were made for pods nobody has told of yet: they are not taken for those of pods that are gone. */
  readonly #opened = new Set<string>()
  #failures: ReadonlyMap<string, DiskFailure> = new Map()
  /** Undefined until it is known what is wanted. */
  #wanted: WantedDisks | undefined
  #pods: ReadonlySet<string> | undefined
  #mark: AssignmentMark = { term: 0, serial: 0 }
  #told: DisksReport | undefined
  #hasChanged = false
  #wake = Promise.withResolvers<void>()

  constructor(parts: DiskKeeperParts) {
    this.#parts = parts
  }

  /** Obeys what was saved, and then what is assigned, until the signal aborts. What is attached stays. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, book, onFault } = this.#parts
    const saved = await book.load()
    this.#wanted ??= saved
    while (!signal.aborted) {
      this.#wake = Promise.withResolvers()
      let waitMs = AGAIN_MS
      try {
        waitMs = await this.#look(signal)
      } catch (error) {
        onFault(error)
      }
      const woken = new AbortController()
      void this.#wake.promise.then(() => woken.abort())
      await clock.delay(waitMs, AbortSignal.any([signal, woken.signal]))
    }
  }

  /**
   * Takes what is wanted, and resolves once that outlives a power cut. Where an assignment says nothing of disks, all stays as it was.
   *
   * @throws {@link BookUnsavedError}
   */
  async assign({
    term,
    serial,
    disks,
  }: AssignmentMark & { readonly disks?: WantedDisks }): Promise<void> {
    if (disks !== undefined) {
      if (JSON.stringify(disks) !== JSON.stringify(this.#wanted)) await this.#parts.book.save(disks)
      this.#wanted = disks
    }
    this.#mark = { term, serial }
    this.#wake.resolve()
  }

  /** These are the pods of which something is on the device, or is to be. */
  follow(pods: readonly string[]): void {
    this.#pods = new Set(pods)
    for (const pod of pods) this.#opened.delete(pod)
    this.#wake.resolve()
  }

  /** Returns the folder that a pod's containers get. */
  async openFolder(pod: string): Promise<string> {
    this.#opened.add(pod)
    return this.#parts.volumes.openFolder(pod)
  }

  /** Tells of all again. */
  repeat(): void {
    if (this.#told !== undefined) this.#parts.onReport(this.#told)
  }

  async #look(signal: AbortSignal): Promise<number> {
    const { volumes } = this.#parts
    const [wanted, pods, mark] = [this.#wanted, this.#pods, this.#mark]
    if (wanted === undefined) return LOOK_MS
    const failures = new Map(findTaken(wanted).map(({ id, by }) => [id, placeTaken(by)]))
    let [hasChanged, hasFailed] = [false, false]
    for (const action of planDisks({ wanted, found: await volumes.list(), pods })) {
      if (signal.aborted) return 0
      const failure = await this.#perform(action)
      if (failure === undefined) hasChanged = true
      else failures.set(action.id, failure)
      hasFailed ||= failure !== undefined
      // What takes long shows at once what was done before it.
      this.#tell(reportDisks(wanted, await volumes.list(), failures), mark)
    }
    if (pods !== undefined) await this.#closeFolders(pods)
    this.#failures = failures
    this.#tell(reportDisks(wanted, await volumes.list(), this.#failures), mark)
    const pauseMs = this.#hasChanged ? PAUSE_MS : 0
    this.#hasChanged = hasChanged
    if (hasChanged) return pauseMs
    return hasFailed ? AGAIN_MS : LOOK_MS
  }

  async #closeFolders(pods: ReadonlySet<string>): Promise<void> {
    const { volumes } = this.#parts
    const held = new Set((await volumes.list()).volumes.map(({ place }) => place?.pod))
    for (const pod of await volumes.listFolders()) {
      const isKept = pods.has(pod) || this.#opened.has(pod) || held.has(pod)
      if (!isKept) await volumes.closeFolder(pod)
    }
  }

  async #perform(action: DiskAction): Promise<DiskFailure | undefined> {
    const { volumes, onFault } = this.#parts
    try {
      await perform(volumes, action)
      return undefined
    } catch (error) {
      const failure = describe(error)
      const before = this.#failures.get(action.id)
      if (before?.message !== failure.message) onFault(error)
      return failure
    }
  }

  #tell(report: Pick<DisksReport, 'volumes' | 'snapshots'>, mark: AssignmentMark): void {
    const told = { ...mark, ...report }
    if (JSON.stringify(told) === JSON.stringify(this.#told)) return
    this.#told = told
    this.#parts.onReport(told)
  }
}

function placeTaken(by: string): DiskFailure {
  return { code: 'PLACE_TAKEN', message: `The place is taken: ${by} is to be attached there.` }
}

async function perform(volumes: VolumeStore, action: DiskAction): Promise<void> {
  if (action.type === 'create') return volumes.create(action)
  if (action.type === 'attach') return volumes.attach(action.id, action.place)
  if (action.type === 'snapshot') return void (await volumes.snapshot(action))
  return volumes[action.type](action.id)
}

function describe(error: unknown): DiskFailure {
  const [code, text] =
    error instanceof BaseError ? [error.code, error.message] : ['', String(error)]
  return { code, message: text.slice(0, MOST_MESSAGE) }
}
