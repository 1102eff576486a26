import { ec2Kinds } from '../../resource/kinds.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { invalidValue } from '../errors.ts'
import type { InstanceResource } from './describe-instance.ts'

/** Gives an instance other security groups. */
export function setGroups(
  transaction: Transaction,
  instance: InstanceResource,
  ids: readonly string[],
): void {
  if (ids.length === 0) throw invalidValue('groups', '', 'An instance has a group at least.')
  const Groups = ids.map((id) => {
    const { spec } = transaction.get(ec2Kinds.securityGroups, id)
    return { GroupId: id, GroupName: spec.GroupName }
  })
  transaction.change(ec2Kinds.instances, instance, { GroupIds: ids })
  for (const id of instance.spec.NetworkInterfaceIds) {
    transaction.change(ec2Kinds.networkInterfaces, { id }, { Groups })
  }
}

/** Sets whether what is not for an instance is kept from it. */
export function setSourceDestCheck(
  transaction: Transaction,
  instance: InstanceResource,
  isChecked: boolean,
): void {
  transaction.change(ec2Kinds.instances, instance, { SourceDestCheck: isChecked })
  for (const id of instance.spec.NetworkInterfaceIds) {
    transaction.change(ec2Kinds.networkInterfaces, { id }, { SourceDestCheck: isChecked })
  }
}

/** Takes an instance off its network: interfaces that are to go with it go, and addresses that outlive it are free again. */
export function releaseNetwork(transaction: Transaction, instance: InstanceResource): void {
  for (const address of transaction.list(ec2Kinds.addresses)) {
    if (address.spec.InstanceId !== instance.id) continue
    transaction.change(ec2Kinds.addresses, address, {
      InstanceId: undefined,
      AssociationId: undefined,
      NetworkInterfaceId: undefined,
      PrivateIpAddress: undefined,
    })
  }
  for (const id of instance.spec.NetworkInterfaceIds) {
    const found = transaction.find(ec2Kinds.networkInterfaces, id)
    if (found === undefined) continue
    if (found.spec.Attachment?.DeleteOnTermination === true) {
      transaction.remove(ec2Kinds.networkInterfaces, found)
      continue
    }
    transaction.change(ec2Kinds.networkInterfaces, found, {
      Attachment: undefined,
      Association: undefined,
      Status: 'available',
    })
  }
}
