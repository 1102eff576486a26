import { ec2Kinds } from '../../resource/kinds.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { ActionError, missingParameter } from '../errors.ts'
import { isGone } from './find-image.ts'

/** Source: EC2's API reference, CreateImage. */
const NAME = /^[a-zA-Z0-9()[\] ./\-'@_]{3,128}$/

/**
 * Returns a name for an image of an account.
 *
 * @throws {@link ActionError} where it cannot be one, or another image of the account has it.
 */
export function readImageName(transaction: Transaction, name: string | undefined): string {
  if (name === undefined) throw missingParameter('name')
  if (!NAME.test(name)) {
    throw new ActionError(
      'InvalidAMIName.Malformed',
      "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '[', ']', ' ', '.', '/', '-', ''', '@' and '_'",
    )
  }
  const owner = transaction
    .list(ec2Kinds.images)
    .find(({ spec }) => spec.Name === name && !isGone(spec))
  if (owner === undefined) return name
  throw new ActionError(
    'InvalidAMIName.Duplicate',
    `AMI name ${name} is already in use by AMI ${owner.id}`,
  )
}
