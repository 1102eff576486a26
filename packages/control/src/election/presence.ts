import type { Clock } from '@nexqloud/kernel'
import { kinds, StatusError, type Change, type KubeClient } from '@nexqloud/kube'

import { toJson } from '../object/object.ts'
import { toMicroTime, type Lease } from './lease.ts'

/** How often a masternode says that it is there. */
const RENEW_MS = 2000
/** It does nothing more when it could not say so for so long ... */
const DEADLINE_MS = 5000
/** ... which is before the others stop waiting for it. */
const ABSENT_MS = 7000

/** Who begins waits so long for others that do: whoever is first would take everything. */
const SETTLING_MS = 3000

/** Which masternodes are there. Times are of this machine's steady clock alone: others' clocks may be wrong by any amount. */
export class Presence {
  readonly #identity: string
  readonly #clock: Clock
  /** When each was seen to be there last. */
  readonly #seenMs = new Map<string, number>()
  #renewedMs = Number.NEGATIVE_INFINITY
  /** Since when this masternode sees what the API has, which its own renewals show. */
  #sightMs = Number.POSITIVE_INFINITY

  constructor(identity: string, clock: Clock) {
    this.#identity = identity
    this.#clock = clock
  }

  /** Whether the others know that this masternode is there, and it knows what they did. */
  get isCertain(): boolean {
    const nowMs = this.#clock.steadyMs()
    return nowMs - this.#renewedMs < DEADLINE_MS && this.#hasSight(nowMs)
  }

  /** Since when this masternode sees those that began when it did, too: milliseconds. */
  get settledMs(): number {
    return this.#sightMs + SETTLING_MS
  }

  /** Takes note of what one says of itself. */
  follow({ type, object }: Change<Lease>): void {
    const [identity, nowMs] = [object.metadata?.name ?? '', this.#clock.steadyMs()]
    if (type === 'deleted') {
      this.#seenMs.delete(identity)
      return
    }
    if (identity === this.#identity && !this.#hasSight(nowMs)) this.#sightMs = nowMs
    this.#seenMs.set(identity, nowMs)
  }

  /**
   * Since when a masternode has been absent: milliseconds, negative while it is present. Who cannot see the API takes nobody for absent, and
   * waits as long as for all anew when that is over: the others may have been away for the same reason.
   */
  absentMs(identity: string): number {
    const nowMs = this.#clock.steadyMs()
    if (identity === this.#identity || !this.#hasSight(nowMs)) return Number.NEGATIVE_INFINITY
    const seenMs = this.#seenMs.get(identity)
    // One that is not there has left in order.
    if (seenMs === undefined) return Number.POSITIVE_INFINITY
    return nowMs - Math.max(seenMs, this.#sightMs) - ABSENT_MS
  }

  /** Those that are there, this one among them. */
  present(): readonly string[] {
    const others = [...this.#seenMs.keys()].filter((each) => this.absentMs(each) < 0)
    return [...new Set([this.#identity, ...others])]
  }

  #hasSight(nowMs: number): boolean {
    const ownMs = this.#seenMs.get(this.#identity)
    return ownMs !== undefined && nowMs - ownMs < DEADLINE_MS
  }

  /** Says that this one is there until the signal aborts, then that it is not. */
  async keep(
    { client, onFailure }: PresenceOptions,
    scope: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> },
    signal: AbortSignal,
  ): Promise<void> {
    const { namespace, labels } = scope
    const name = { namespace, name: this.#identity }
    while (!signal.aborted) {
      const startMs = this.#clock.steadyMs()
      const spec = { holderIdentity: this.#identity, leaseDurationSeconds: ABSENT_MS / 1000 }
      const renewTime = toMicroTime(this.#clock.wallMs())
      try {
        await putLease(client, name, { metadata: { labels }, spec: { ...spec, renewTime } })
        this.#renewedMs = startMs
      } catch (failure) {
        onFailure(failure)
      }
      await this.#clock.delay(RENEW_MS, signal)
    }
    this.#renewedMs = Number.NEGATIVE_INFINITY
    await client.delete(kinds.leases, name).catch(onFailure)
  }
}

type PresenceOptions = {
  readonly client: KubeClient
  readonly onFailure: (failure: unknown) => void
}

async function putLease(
  client: KubeClient,
  name: { readonly namespace: string; readonly name: string },
  { metadata, spec }: { readonly metadata: object; readonly spec: object },
): Promise<void> {
  const body = toJson({ metadata, spec })
  try {
    await client.patch(kinds.leases, name, { type: 'merge', body })
  } catch (failure) {
    if (!(failure instanceof StatusError && failure.kind === 'notFound')) throw failure
    await client.create(kinds.leases, name, { metadata: { ...metadata, name: name.name }, spec })
  }
}
