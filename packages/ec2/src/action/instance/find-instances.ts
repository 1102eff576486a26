import { ec2Kinds } from '../../resource/kinds.ts'
import { isResourceId } from '../../resource/resource-id.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { ActionError } from '../errors.ts'
import type { InstanceResource } from './describe-instance.ts'

/**
 * Returns the instances of some ids, in their order; one that is named twice is there once.
 *
 * @throws {@link ActionError} where one of them is no id, or is not there: then nothing is done with any of them.
 */
export function findInstances(
  transaction: Transaction,
  named: readonly string[],
): readonly InstanceResource[] {
  assertIds(named)
  const ids = [...new Set(named)]
  const found = ids.map((id) => transaction.find(ec2Kinds.instances, id))
  const missing = ids.filter((_, index) => found[index] === undefined)
  if (missing.length > 0) throw instancesNotFound(missing)
  return found.filter((each) => each !== undefined)
}

/** Returns the instance of an id. */
export function findInstance(transaction: Transaction, id: string): InstanceResource {
  assertIds([id])
  const found = transaction.find(ec2Kinds.instances, id)
  if (found === undefined) throw instancesNotFound([id])
  return found
}

/** @throws {@link ActionError} where one of some texts is no id of an instance. */
export function assertIds(ids: readonly string[]): void {
  const malformed = ids.find((id) => !isResourceId(id, ec2Kinds.instances.prefix))
  if (malformed === undefined) return
  throw new ActionError('InvalidInstanceID.Malformed', `Invalid id: "${malformed.slice(0, 100)}"`)
}

/** Returns what is said where instances are not there. */
export function instancesNotFound(ids: readonly string[]): ActionError {
  const [ending, verb] = ids.length === 1 ? ['', 'does'] : ['s', 'do']
  return new ActionError(
    'InvalidInstanceID.NotFound',
    `The instance ID${ending} '${ids.join(', ')}' ${verb} not exist`,
  )
}
