import { ec2Kinds } from '../../resource/kinds.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { disassociateInterface } from '../address/association.ts'
import { invalidValue } from '../errors.ts'
import { groupsIn, removeInterface } from '../network-interface/interface.ts'
import type { InstanceResource } from './describe-instance.ts'

/** Gives an instance other security groups. */
export function setGroups(
  transaction: Transaction,
  instance: InstanceResource,
  asked: readonly string[],
): void {
  if (asked.length === 0) throw invalidValue('groups', '', 'An instance has a group at least.')
  const { VpcId } = instance.spec
  const ids = groupsIn(transaction, asked, { VpcId, member: `instance ${instance.id}` })
  transaction.change(ec2Kinds.instances, instance, { GroupIds: ids })
  for (const id of instance.spec.NetworkInterfaceIds) {
    transaction.change(ec2Kinds.networkInterfaces, { id }, { GroupIds: ids })
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

/** Takes an instance that ends off its network: interfaces that are to go with it go, and addresses that outlive it are free again. */
export function releaseNetwork(transaction: Transaction, instance: InstanceResource): void {
  for (const id of instance.spec.NetworkInterfaceIds) {
    const found = transaction.find(ec2Kinds.networkInterfaces, id)
    if (found === undefined) continue
    if (found.spec.DeleteOnTermination === true) {
      removeInterface(transaction, found)
      continue
    }
    disassociateInterface(transaction, id)
    transaction.change(ec2Kinds.networkInterfaces, found, {
      AttachTime: undefined,
      PublicIp: undefined,
    })
  }
  transaction.change(ec2Kinds.instances, instance, { NetworkInterfaceIds: [] })
}
