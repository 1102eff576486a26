import type { Clock } from '@nexqloud/kernel'

import type { Caller } from '../../account/caller.ts'
import type { Dispatcher } from '../../door/dispatcher.ts'
import { haltMachine } from '../../machine/machine-object.ts'
import type { Machines, Sighting } from '../../machine/machines.ts'
import { ec2Kinds } from '../../resource/kinds.ts'
import type { Place, ResourceView } from '../../resource/resource-view.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { spotActionOf, spotEndOf } from '../spot/interruption.ts'
import type { InstanceResource } from './describe-instance.ts'
import { terminate } from './lifecycle.ts'

/** Source: EC2's user guide: a terminated instance is told of for a while, an hour usually. */
const TOLD_AFTER_END_MS = 3_600_000
const EVERY_MS = 1000

/** What is looked after, and how. */
export type KeepInstancesParts = {
  readonly view: ResourceView
  readonly machines: Machines
  readonly dispatcher: Pick<Dispatcher, 'act'>
  /** Returns the root of the account of a namespace; nothing where it is no account's. */
  readonly findOwner: (place: Place) => Caller | undefined
  readonly clock: Clock
  readonly onFailure: (failure: unknown) => void
}

/** Has what happens to containers happen to their instances, until the signal aborts. */
export async function keepInstances(parts: KeepInstancesParts, signal: AbortSignal): Promise<void> {
  const { clock, onFailure } = parts
  /** An account whose turn is long holds up no other one. */
  const looking = new Map<string, Promise<void>>()
  while (!signal.aborted) {
    for (const place of parts.view.placesOf(ec2Kinds.instances)) {
      const key = `${place.namespace}/${place.region}`
      if (looking.has(key)) continue
      const look = lookAt(parts, { place, signal })
        .catch(onFailure)
        .finally(() => looking.delete(key))
      looking.set(key, look)
    }
    await clock.delay(EVERY_MS, signal)
  }
  await Promise.all(looking.values())
}

type Look = { readonly place: Place; readonly signal: AbortSignal }

/** What is due is a request each: together they may be more than one holds, and one that fails holds up no other. */
async function lookAt(parts: KeepInstancesParts, { place, signal }: Look): Promise<void> {
  const { view, dispatcher, findOwner, onFailure } = parts
  const due = view.list(ec2Kinds.instances, place).filter((each) => isDue(parts, place, each))
  const caller = due.length > 0 ? findOwner(place) : undefined
  if (caller === undefined) return
  for (const { id } of due) {
    if (signal.aborted) return
    const kept = dispatcher.act({ caller, action: 'KeepInstances' }, (transaction) =>
      keep(transaction, id),
    )
    await kept.catch(onFailure)
  }
}

function isDue(
  { machines, clock }: KeepInstancesParts,
  { namespace }: Place,
  { id, spec }: InstanceResource,
): boolean {
  if (spec.Goal === 'running') {
    const sighting = machines.see({ namespace, id }, spec.Goal)
    return sighting.phase === 'ended' || isInterrupted(spec, sighting, clock.wallMs())
  }
  return spec.Goal === 'terminated' && isForgotten(spec, clock.wallMs())
}

/** One that was bought as spot ends when it was told to; any other one is moved. */
function isInterrupted(
  { InstanceLifecycle }: InstanceResource['spec'],
  { interruptedSince }: Sighting,
  nowMs: number,
): boolean {
  if (InstanceLifecycle !== 'spot' || interruptedSince === undefined) return false
  return Date.parse(spotEndOf(interruptedSince)) <= nowMs
}

function isForgotten({ Transition }: InstanceResource['spec'], nowMs: number): boolean {
  return nowMs - Date.parse(Transition?.at ?? '') > TOLD_AFTER_END_MS
}

/** What has ended by itself has shut itself down. */
function keep(transaction: Transaction, id: string): void {
  const instance = transaction.find(ec2Kinds.instances, id)
  if (instance === undefined) return
  const { spec } = instance
  if (spec.Goal === 'terminated') {
    if (isForgotten(spec, transaction.nowMs)) transaction.remove(ec2Kinds.instances, instance)
    return
  }
  if (spec.Goal !== 'running') return
  const sighting = transaction.see(id, 'running')
  if (isInterrupted(spec, sighting, transaction.nowMs)) {
    const reason = {
      at: transaction.now,
      code: 'Server.SpotInstanceTermination',
      message: 'Spot instance termination',
    }
    end(transaction, instance, { reason, action: spotActionOf(spec, transaction) })
  } else if (sighting.phase === 'ended') {
    const reason = {
      at: transaction.now,
      code: 'Client.InstanceInitiatedShutdown',
      message: 'Instance initiated shutdown',
    }
    end(transaction, instance, { reason, action: spec.InstanceInitiatedShutdownBehavior })
  }
}

type Ending = {
  readonly reason: NonNullable<InstanceResource['spec']['Transition']>
  readonly action: 'stop' | 'terminate'
}

function end(
  transaction: Transaction,
  instance: InstanceResource,
  { reason, action }: Ending,
): void {
  if (action === 'terminate') return terminate(transaction, instance, reason)
  transaction.change(ec2Kinds.instances, instance, { Goal: 'stopped', Transition: reason })
  transaction.also(haltMachine(transaction.machineName(instance.id)))
}
