import { ec2Kinds, type AddressSpec } from '../../resource/kinds.ts'
import { createResourceId } from '../../resource/resource-id.ts'
import { addressesOfInterface } from '../../resource/resource-index.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'

/** Where an address leads to: one private address of an interface. */
export type Target = { readonly NetworkInterfaceId: string; readonly PrivateIpAddress: string }

const nowhere = {
  AssociationId: undefined,
  NetworkInterfaceId: undefined,
  PrivateIpAddress: undefined,
}

/** Lets an address lead somewhere, and nowhere else from then on; another one that led there does not any more. */
export function associate(
  transaction: Transaction,
  address: Resource<AddressSpec>,
  target: Target,
): string {
  const { AssociationId: before } = address.spec
  if (before !== undefined && isAt(address, target)) return before
  for (const other of transaction.list(ec2Kinds.addresses).filter((one) => isAt(one, target))) {
    disassociate(transaction, other)
  }
  const AssociationId = createResourceId('eipassoc')
  transaction.change(ec2Kinds.addresses, address, { ...target, AssociationId })
  const { spec } = transaction.get(ec2Kinds.networkInterfaces, target.NetworkInterfaceId)
  if (spec.PublicIp !== undefined && spec.PrivateIpAddress === target.PrivateIpAddress) {
    const id = target.NetworkInterfaceId
    transaction.change(ec2Kinds.networkInterfaces, { id }, { PublicIp: undefined })
  }
  return AssociationId
}

/** Lets an address lead nowhere. */
export function disassociate(
  transaction: Transaction,
  address: Pick<Resource<AddressSpec>, 'id'>,
): void {
  transaction.change(ec2Kinds.addresses, address, nowhere)
}

/** Lets all addresses that lead to an interface lead nowhere. */
export function disassociateInterface(transaction: Transaction, id: string): void {
  for (const address of transaction.listBy(addressesOfInterface, id)) {
    disassociate(transaction, address)
  }
}

function isAt({ spec }: Resource<AddressSpec>, target: Target): boolean {
  return (
    spec.NetworkInterfaceId === target.NetworkInterfaceId &&
    spec.PrivateIpAddress === target.PrivateIpAddress
  )
}
