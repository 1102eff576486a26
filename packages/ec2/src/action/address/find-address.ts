import { ec2Kinds, type AddressSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { ActionError } from '../errors.ts'
import type { Target } from './association.ts'

/** How an address is named: by its id, or by itself. */
export type AddressName = {
  readonly AllocationId?: string | undefined
  readonly PublicIp?: string | undefined
}

/** @throws {@link ActionError} where there is none, or it is not said which. */
export function findAddress(
  transaction: Transaction,
  { AllocationId, PublicIp }: AddressName,
  missing: string,
): Resource<AddressSpec> {
  if (AllocationId !== undefined) return transaction.get(ec2Kinds.addresses, AllocationId)
  if (PublicIp === undefined) throw new ActionError('MissingParameter', missing)
  const found = transaction.list(ec2Kinds.addresses).find(({ spec }) => spec.PublicIp === PublicIp)
  if (found !== undefined) return found
  throw new ActionError('InvalidAddress.NotFound', `Address '${PublicIp.slice(0, 100)}' not found.`)
}

/** How it is said where an address is to lead. */
export type AskedTarget = {
  readonly InstanceId?: string | undefined
  readonly NetworkInterfaceId?: string | undefined
  readonly PrivateIpAddress?: string | undefined
}

/** @throws {@link ActionError} where there is no such interface, or it has no such address. */
export function findTarget(transaction: Transaction, asked: AskedTarget): Target {
  const id = asked.NetworkInterfaceId ?? interfaceOf(transaction, asked.InstanceId)
  const { spec } = transaction.get(ec2Kinds.networkInterfaces, id)
  const { PrivateIpAddress = spec.PrivateIpAddress } = asked
  if (spec.PrivateIpAddresses.some((each) => each.PrivateIpAddress === PrivateIpAddress)) {
    return { NetworkInterfaceId: id, PrivateIpAddress }
  }
  throw new ActionError(
    'InvalidParameterValue',
    `The private IP address '${PrivateIpAddress.slice(0, 100)}' is not assigned to the network interface '${id}'.`,
  )
}

function interfaceOf(transaction: Transaction, InstanceId: string | undefined): string {
  if (InstanceId === undefined) {
    throw new ActionError(
      'MissingParameter',
      'Invalid request, expect InstanceId/NetworkId parameter.',
    )
  }
  const { spec } = transaction.get(ec2Kinds.instances, InstanceId)
  const [id, ...others] = spec.NetworkInterfaceIds
  if (others.length > 0) {
    throw new ActionError(
      'InvalidInstanceID',
      `There are multiple interfaces attached to instance '${InstanceId}'. Please specify an interface ID for the operation instead.`,
    )
  }
  if (id !== undefined && spec.Goal !== 'terminated') return id
  throw new ActionError(
    'InvalidInstanceID',
    `The instance '${InstanceId}' is not in a valid state for this operation.`,
  )
}
