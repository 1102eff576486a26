import { isDeepStrictEqual } from 'node:util'

import type { AgentParts, OwnerConditions, PodReport, Standing } from '@nexqloud/device'
import type { Clock } from '@nexqloud/kernel'
import type { UplinkEvent } from '@nexqloud/tunnel'

import { faultOf } from '../fault.ts'
import type { AgentStatus, PodLine, Trouble } from './agent-status.ts'

/** What stays the same of an agent. */
type Fixed = Pick<AgentStatus, 'pid' | 'born' | 'device' | 'engine'>

/** An agent says that it lives at least so often. */
const REPEAT_MS = 10_000

/** What an agent would tell its owner now. */
export class AgentJournal {
  readonly #clock: Pick<Clock, 'wallMs' | 'steadyMs'>
  readonly #pods = new Map<string, PodLine>()
  readonly #links = new Map<unknown, AgentStatus['links'][number]>()
  #state: Omit<AgentStatus, 'at' | 'pods'>
  #hasLooked = false
  #isChanged = true
  #takenMs = 0

  constructor(fixed: Fixed, clock: Pick<Clock, 'wallMs' | 'steadyMs'>) {
    this.#clock = clock
    this.#state = { ...fixed, startedAt: this.#now(), isDraining: false, links: [] }
  }

  /** What it is told of its pods. */
  observer(): AgentParts['observer'] {
    return {
      onReport: (report) => {
        this.#pods.set(report.uid, toPodLine(report))
        this.#isChanged = true
      },
      onInventory: ({ uids }) => {
        for (const uid of this.#pods.keys()) if (!uids.includes(uid)) this.#pods.delete(uid)
        this.#hasLooked = true
        this.#isChanged = true
      },
      onStanding: (standing) => {
        const { failing: _, unsteady: __, ...rest } = this.#state
        this.#set({ ...rest, ...standing })
      },
      onMeasured: (cause) => {
        this.#set({ ...this.#state, measured: { cause, at: this.#now() } })
      },
    }
  }

  onUplink(event: UplinkEvent): void {
    const { linkTrouble: before, ...rest } = this.#state
    if (event.name === 'linked') {
      const { host, port } = event.endpoint
      this.#links.set(event.link, { masternode: `${host}:${port}`, since: this.#now() })
      this.#set({ ...rest, links: [...this.#links.values()] })
      return
    }
    const linkTrouble = this.#trouble(event.error)
    if (event.name === 'unlinked') {
      this.#links.delete(event.link)
      this.#set({ ...rest, links: [...this.#links.values()], linkTrouble })
    } else if (before?.message !== linkTrouble.message) {
      this.#set({ ...rest, linkTrouble })
    }
  }

  onFault(error: unknown): void {
    this.#set({ ...this.#state, fault: this.#trouble(error) })
  }

  onDrain(isDraining: boolean): void {
    if (isDraining === this.#state.isDraining) return
    this.#set({ ...this.#state, isDraining })
  }

  /** What is seen changes all the time, and is written down with the rest. */
  onOwner({ allowance }: Standing, conditions: OwnerConditions): void {
    const { state, isDraining, isStopping, reasons } = allowance
    const standing = { state, isDraining, isStopping, reasons: [...reasons] }
    const seen = Object.fromEntries(
      Object.entries(conditions).filter((pair): pair is [string, number] => pair[1] !== undefined),
    )
    const { seen: _, ...before } = this.#state.owner ?? { seen: {} }
    this.#state = { ...this.#state, owner: { ...standing, seen } }
    if (!isDeepStrictEqual(before, standing)) this.#isChanged = true
  }

  /** Returns what is to be written down: what changed, or the same again after some time. */
  take(): AgentStatus | undefined {
    const nowMs = this.#clock.steadyMs()
    if (!this.#isChanged && nowMs - this.#takenMs < REPEAT_MS) return undefined
    this.#isChanged = false
    this.#takenMs = nowMs
    return {
      ...this.#state,
      at: this.#now(),
      ...(this.#hasLooked && { pods: [...this.#pods.values()] }),
    }
  }

  #set(state: Omit<AgentStatus, 'at' | 'pods'>): void {
    this.#state = state
    this.#isChanged = true
  }

  #trouble(error: unknown): Trouble {
    const { code, message, hint } = faultOf(error)
    return { code, message, at: this.#now(), ...(hint !== undefined && { hint }) }
  }

  #now(): string {
    return new Date(this.#clock.wallMs()).toISOString()
  }
}

function toPodLine({ namespace, name, uid, status }: PodReport): PodLine {
  const { phase, conditions, containerStatuses } = status
  const waiting = containerStatuses.find(({ state }) => state.waiting !== undefined)?.state.waiting
  const reason = status.message ?? waiting?.message ?? waiting?.reason
  return {
    namespace,
    name,
    uid,
    phase,
    ready: conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    restarts: containerStatuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
    ...(reason !== undefined && { reason }),
  }
}
