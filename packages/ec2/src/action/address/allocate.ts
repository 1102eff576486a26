import { assertWithinQuota } from '../../quota/quotas.ts'
import { ec2Kinds, type AddressSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Input } from '../action.ts'
import { ActionError } from '../errors.ts'
import { tagsFor } from '../tag/tags.ts'
import { findDefaultVpc } from '../vpc/default-vpc.ts'
import { disassociate } from './association.ts'

/** Gives an account an address that is its own until it is released. */
export function allocate(
  transaction: Transaction,
  { Address, TagSpecifications, ...asked }: Input<'AllocateAddress'>,
): Resource<AddressSpec> {
  const { region } = transaction.caller
  if ((asked.IpamPoolId ?? asked.CustomerOwnedIpv4Pool) || isOtherPool(asked.PublicIpv4Pool)) {
    throw new ActionError('UnsupportedOperation', 'There are no pools of customers’ own here.')
  }
  if ((asked.NetworkBorderGroup ?? region) !== region) {
    throw new ActionError(
      'InvalidParameterValue',
      `Invalid value '${asked.NetworkBorderGroup}' for networkBorderGroup.`,
    )
  }
  const Tags = tagsFor(TagSpecifications, 'elastic-ip')
  // Before one is taken that another account could have.
  assertWithinQuota('addresses', { used: transaction.count(ec2Kinds.addresses), asked: 1 })
  const [PublicIp] = transaction.takePublicAddresses(1, Address)
  if (PublicIp === undefined) throw unavailable(Address)
  return transaction.create(ec2Kinds.addresses, (AllocationId): AddressSpec => ({
    AllocationId,
    PublicIp,
    Domain: 'vpc',
    NetworkBorderGroup: region,
    PublicIpv4Pool: 'amazon',
    Tags,
  }))
}

/**
 * Takes an address away from an account.
 *
 * @throws {@link ActionError} where it leads somewhere, unless that is in the default VPC.
 */
export function release(transaction: Transaction, address: Resource<AddressSpec>): void {
  const { NetworkInterfaceId, PublicIp } = address.spec
  if (NetworkInterfaceId !== undefined) {
    const found = transaction.find(ec2Kinds.networkInterfaces, NetworkInterfaceId)
    const isElsewhere = found !== undefined && found.spec.VpcId !== findDefaultVpc(transaction)?.id
    if (isElsewhere) {
      throw new ActionError('InvalidIPAddress.InUse', `Address ${PublicIp} is in use.`)
    }
    disassociate(transaction, address)
  }
  transaction.remove(ec2Kinds.addresses, address)
}

function isOtherPool(pool: string | undefined): boolean {
  return pool !== undefined && pool !== 'amazon'
}

function unavailable(address: string | undefined): ActionError {
  return address === undefined
    ? new ActionError(
        'InsufficientAddressCapacity',
        'Not enough addresses available to satisfy your request.',
      )
    : new ActionError('InvalidAddress.NotFound', `Address '${address.slice(0, 100)}' not found.`)
}
