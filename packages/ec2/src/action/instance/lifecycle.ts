import type { InstanceStateChange } from '@aws-sdk/client-ec2'

import {
  haltMachine,
  rebootMachine,
  removeMachine,
  startMachine,
} from '../../machine/machine-object.ts'
import { assertVcpus } from '../../quota/vcpus.ts'
import { ec2Kinds, type InstanceSpec } from '../../resource/kinds.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Handlers } from '../action.ts'
import { ActionError } from '../errors.ts'
import { releaseInstanceVolumes } from '../volume/instance-volumes.ts'
import type { InstanceResource } from './describe-instance.ts'
import { findInstances } from './find-instances.ts'
import { releaseNetwork } from './instance-network.ts'
import { describeState, stateAfter, stateOf } from './instance-state.ts'

/** StartInstances, StopInstances, RebootInstances, TerminateInstances: all of the ids, or none. */
export const lifecycleActions = {
  StartInstances: ({ InstanceIds = [] }, transaction) => {
    const found = findInstances(transaction, InstanceIds)
    for (const instance of found) assertState(transaction, 'start', instance)
    const still = found.filter(({ spec }) => spec.Goal !== 'running')
    assertVcpus(
      transaction,
      still.map(({ spec }) => spec),
    )
    return {
      StartingInstances: found.map((instance) => {
        const before = current(transaction, instance)
        if (before !== 'stopped') return change(instance, before, before)
        transaction.change(ec2Kinds.instances, instance, {
          Goal: 'running',
          Transition: undefined,
          LaunchTime: transaction.now,
        })
        transaction.also(startMachine(transaction.machineName(instance.id)))
        return change(instance, before, 'pending')
      }),
    }
  },

  StopInstances: ({ InstanceIds = [], Hibernate }, transaction) => {
    const found = findInstances(transaction, InstanceIds)
    for (const instance of found) {
      assertState(transaction, 'stop', instance)
      assertUnprotected(instance, 'DisableApiStop', 'stopped')
      if (Hibernate === true) refuseHibernation(instance)
    }
    return {
      StoppingInstances: found.map((instance) => {
        const before = current(transaction, instance)
        if (before === 'stopped' || before === 'stopping') return change(instance, before, before)
        transaction.change(ec2Kinds.instances, instance, {
          Goal: 'stopped',
          Transition: usersShutdown(transaction),
        })
        transaction.also(haltMachine(transaction.machineName(instance.id)))
        return change(instance, before, 'stopping')
      }),
    }
  },

  RebootInstances: ({ InstanceIds = [] }, transaction) => {
    for (const instance of findInstances(transaction, InstanceIds)) {
      assertState(transaction, 'reboot', instance)
      const reboots = (instance.spec.Reboots ?? 0) + 1
      transaction.change(ec2Kinds.instances, instance, { Reboots: reboots })
      const name = transaction.machineName(instance.id)
      for (const write of rebootMachine(name, reboots)) transaction.also(write)
    }
    return {}
  },

  TerminateInstances: ({ InstanceIds = [] }, transaction) => {
    if (InstanceIds.length === 0) {
      throw new ActionError('InvalidParameterCombination', 'No instances specified')
    }
    const found = findInstances(transaction, InstanceIds)
    for (const instance of found) {
      assertUnprotected(instance, 'DisableApiTermination', 'terminated')
    }
    return {
      TerminatingInstances: found.map((instance) => {
        const before = current(transaction, instance)
        if (instance.spec.Goal === 'terminated') return change(instance, before, before)
        terminate(transaction, instance, usersShutdown(transaction))
        return change(instance, before, 'shutting-down')
      }),
    }
  },
} as const satisfies Handlers

/** Ends an instance for good, for a reason: its interfaces and volumes go with it, where they are to. */
export function terminate(
  transaction: Transaction,
  instance: InstanceResource,
  reason: InstanceSpec['Transition'],
): void {
  releaseNetwork(transaction, instance)
  releaseInstanceVolumes(transaction, instance.id)
  transaction.change(ec2Kinds.instances, instance, {
    Goal: 'terminated',
    ...(reason !== undefined && { Transition: reason }),
  })
  transaction.also(removeMachine(transaction.machineName(instance.id)))
}

function usersShutdown({ now }: Transaction): NonNullable<InstanceSpec['Transition']> {
  return { at: now, code: 'Client.UserInitiatedShutdown', message: 'User initiated shutdown' }
}

function current(transaction: Transaction, { id, spec }: InstanceResource) {
  return stateOf(spec.Goal, transaction.see(id, spec.Goal))
}

function change(
  { id }: InstanceResource,
  before: ReturnType<typeof current>,
  after: ReturnType<typeof current>,
): InstanceStateChange {
  return {
    InstanceId: id,
    PreviousState: describeState(before),
    CurrentState: describeState(after),
  }
}

const participles = { start: 'started', stop: 'stopped', reboot: 'rebooted' } as const

function assertState(
  transaction: Transaction,
  act: keyof typeof participles,
  instance: InstanceResource,
): void {
  const state = current(transaction, instance)
  if (stateAfter(act, state) !== undefined) return
  throw new ActionError(
    'IncorrectInstanceState',
    `The instance '${instance.id}' is not in a state from which it can be ${participles[act]}: it is ${state}.`,
  )
}

function assertUnprotected(
  { id, spec }: InstanceResource,
  attribute: 'DisableApiStop' | 'DisableApiTermination',
  participle: string,
): void {
  if (!spec[attribute] || spec.InstanceLifecycle === 'spot' || spec.Goal === 'terminated') return
  const name = attribute.charAt(0).toLowerCase() + attribute.slice(1)
  throw new ActionError(
    'OperationNotPermitted',
    `The instance '${id}' may not be ${participle}. Modify its '${name}' instance attribute and try again.`,
  )
}

function refuseHibernation({ id }: InstanceResource): never {
  throw new ActionError(
    'UnsupportedHibernationConfiguration',
    `The instance '${id}' is a container, which cannot be hibernated.`,
  )
}
