import { accountOf, type Clock } from '@nexqloud/kernel'
import type { KubeClient } from '@nexqloud/kube'
import type { FundsRefusal } from '@nexqloud/rules'

import { instances, isErased, isFrozen, type Instance } from '../heal/instance.ts'
import { endedWaits } from '../heal/waits.ts'
import { endsSoon, endUnpaid } from '../object/end-unpaid.ts'
import { isSettled, nameOf, settled, toIso, toJson, uidOf, type Pod } from '../object/object.ts'
import { createEventRecorder } from '../object/record-event.ts'
import { METER } from './actor.ts'
import type { Charge } from './charge.ts'
import { wordsOf } from './refusal-words.ts'

/** Why something stops, and whether it was ever paid for. */
export type FreezeOrder = { readonly reason: FundsRefusal; readonly hadLease: boolean }

/** Stops what is not paid for, and lets it run again. */
export type Freezing = {
  /** May be called again: it tells once. A pod that is no instance's ends, as nobody would make it again. */
  readonly freeze: (charge: Charge, order: FreezeOrder) => Promise<void>
  readonly resume: (charge: Charge) => Promise<void>
}

type Why = FreezeOrder & { readonly message: string }

/** Whether something was told to stop already, for want of money. */
export function isStopped({ instance, pod }: Charge, hadLease: () => boolean): boolean {
  if (instance !== undefined) return isFrozen(instance)
  return pod === undefined || endsSoon(pod, { hadLease: hadLease() })
}

/** Returns what stops and resumes on an API. */
export function createFreezing(options: {
  readonly client: KubeClient
  readonly clock: Clock
  readonly onFailure: (failure: unknown) => void
}): Freezing {
  const { client, clock } = options
  const record = createEventRecorder(client, { ...options, actor: METER })

  async function freezeInstance(
    { instance, pod }: Charge & { readonly instance: Instance },
    { reason, message }: Why,
  ): Promise<void> {
    if (isFrozen(instance)) return
    const nowMs = clock.wallMs()
    const frozen = { reason, message, at: toIso(nowMs) }
    await writeStatus(client, instance, { frozen, waits: endedWaits(instance, pod, nowMs) })
    const text = `Frozen: ${message} (${reason}). Its containers stop, definition and address stay, and it runs again by itself once that is over.`
    await record(
      { ...instance, kind: 'Instance' },
      { type: 'Warning', reason: 'Frozen', message: text },
    )
  }

  async function evict(pod: Pod, why: Why): Promise<void> {
    const text = `Stopped: ${why.message} (${why.reason}). It is no instance's: nothing makes it again.`
    await record({ ...pod, kind: 'Pod' }, { type: 'Warning', reason: 'Evicted', message: text })
    await endUnpaid(client, pod, why)
  }

  return {
    freeze: async ({ key, instance, pod }, order) => {
      const why = { ...order, message: wordsOf(order.reason, accountOf(key)) }
      if (instance !== undefined) await freezeInstance({ key, instance, pod }, why)
      if (pod === undefined || endsSoon(pod, why)) return
      // What has no instance, or ends at its tenant's leisure, is nobody else's to end.
      const isEnding = pod.metadata?.deletionTimestamp !== undefined
      if (instance === undefined) await settled(evict(pod, why))
      else if (isEnding) await settled(endUnpaid(client, pod, why))
    },
    resume: async ({ instance }) => {
      if (instance === undefined || !(await settled(thaw(client, instance)))) return
      const message = 'Its account can pay for it again.'
      await record(
        { ...instance, kind: 'Instance' },
        { type: 'Normal', reason: 'Resumed', message },
      )
    },
  }
}

/** Of an instance that others write all the time; the next look tries again. */
const MOST_ATTEMPTS = 5

/** Returns whether an instance may run by this. What is erased already ends as it was told: a view that shows it as it was before changes nothing. */
async function thaw(client: KubeClient, seen: Instance): Promise<boolean> {
  let instance = seen
  for (let attempt = 1; isFrozen(instance) && !isErased(instance); attempt += 1) {
    const { uid = '', resourceVersion = '' } = instance.metadata ?? {}
    const body = toJson({ metadata: { uid, resourceVersion }, status: { frozen: null } })
    try {
      await client.patch(instances, nameOf(instance, 'status'), { type: 'merge', body })
      return true
    } catch (failure) {
      if (!isSettled(failure) || attempt === MOST_ATTEMPTS) throw failure
    }
    instance = await client.get(instances, nameOf(instance))
    if (uidOf(instance) !== uid) return false
  }
  return false
}

type Status = NonNullable<Instance['status']>

async function writeStatus(
  client: KubeClient,
  instance: Instance,
  status: Pick<Status, 'frozen' | 'waits'>,
): Promise<void> {
  const { uid = '' } = instance.metadata ?? {}
  const body = toJson({ metadata: { uid }, status })
  await settled(client.patch(instances, nameOf(instance, 'status'), { type: 'merge', body }))
}
