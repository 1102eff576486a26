import type { Clock } from '@nexqloud/kernel'

import type { Caller } from '../../account/caller.ts'
import type { Dispatcher } from '../../door/dispatcher.ts'
import { haltMachine } from '../../machine/machine-object.ts'
import type { Machines } from '../../machine/machines.ts'
import { ec2Kinds } from '../../resource/kinds.ts'
import type { Place, ResourceView } from '../../resource/resource-view.ts'
import type { Transaction } from '../../resource/transaction.ts'
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
  while (!signal.aborted) {
    try {
      await lookAtAll(parts)
    } catch (failure) {
      onFailure(failure)
    }
    await clock.delay(EVERY_MS, signal)
  }
}

async function lookAtAll(parts: KeepInstancesParts): Promise<void> {
  const { view, dispatcher, findOwner } = parts
  for (const place of view.placesOf(ec2Kinds.instances)) {
    const due = view.list(ec2Kinds.instances, place).filter((each) => isDue(parts, place, each))
    const caller = due.length > 0 ? findOwner(place) : undefined
    if (caller === undefined) continue
    const ids = due.map(({ id }) => id)
    await dispatcher.act({ caller, action: 'KeepInstances' }, (transaction) => {
      for (const id of ids) keep(transaction, id)
    })
  }
}

function isDue(
  { machines, clock }: KeepInstancesParts,
  { namespace }: Place,
  { id, spec }: InstanceResource,
): boolean {
  if (spec.Goal === 'running') return machines.see({ namespace, id }, spec.Goal).phase === 'ended'
  return spec.Goal === 'terminated' && isForgotten(spec, clock.wallMs())
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
  if (spec.Goal !== 'running' || transaction.see(id, 'running').phase !== 'ended') return
  const reason = {
    at: transaction.now,
    code: 'Client.InstanceInitiatedShutdown',
    message: 'Instance initiated shutdown',
  }
  if (spec.InstanceInitiatedShutdownBehavior === 'terminate') {
    terminate(transaction, instance, reason)
    return
  }
  transaction.change(ec2Kinds.instances, instance, { Goal: 'stopped', Transition: reason })
  transaction.also(haltMachine(transaction.machineName(id)))
}
