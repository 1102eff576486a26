import type { IamInstanceProfileSpecification } from '@aws-sdk/client-ec2'

import { GLOBAL_REGION } from '../../account/caller.ts'
import { iamKinds } from '../../account/kinds.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { ActionError } from '../errors.ts'

/**
 * Returns the instance profile that a launch names, as an instance keeps it; nothing where it names none.
 *
 * @throws {@link ActionError} where the account has no such profile.
 */
export function findProfile(
  transaction: Transaction,
  asked: IamInstanceProfileSpecification | undefined,
): { readonly Arn: string; readonly Id: string } | undefined {
  const { Arn, Name } = asked ?? {}
  if (Arn === undefined && Name === undefined) return undefined
  const found = transaction
    .listIn(iamKinds.instanceProfiles, GLOBAL_REGION)
    .find(({ spec }) => (Arn === undefined ? spec.InstanceProfileName === Name : spec.Arn === Arn))
  if (found !== undefined) return { Arn: found.spec.Arn, Id: found.spec.InstanceProfileId }
  const [member, noun] = Arn === undefined ? ['name', 'name'] : ['arn', 'ARN']
  throw new ActionError(
    'InvalidParameterValue',
    `Value (${(Arn ?? Name ?? '').slice(0, 300)}) for parameter iamInstanceProfile.${member} is invalid. Invalid IAM Instance Profile ${noun}`,
  )
}
