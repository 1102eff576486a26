import type { NetworkInterface, NetworkInterfaceAssociation } from '@aws-sdk/client-ec2'
import type { Wire } from '@nexqloud/kube'

import { ec2Kinds, type NetworkInterfaceSpec, type Tagged } from '../../resource/kinds.ts'
import { addressesOfInterface } from '../../resource/resource-index.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { holderOf, tellAttachment } from './attachments.ts'
import { privateNameOf, publicNameOf } from './names.ts'

/** An interface as it is told of. */
export type ToldInterface = Resource<Wire<NetworkInterface> & Tagged>

/** Returns interfaces with all that follows from other resources: who has them, the names of their groups, their public addresses. */
export function tellInterfaces(
  transaction: Transaction,
  interfaces: readonly Resource<NetworkInterfaceSpec>[],
): readonly ToldInterface[] {
  return interfaces.map(createInterfaceTeller(transaction))
}

/** Returns what tells one interface after the other. */
export function createInterfaceTeller(
  transaction: Transaction,
): (one: Resource<NetworkInterfaceSpec>) => ToldInterface {
  const associationOf = associationsOf(transaction)
  const { region } = transaction.caller
  return (one) => {
    const { GroupIds, PublicIp: _, AttachTime: __, DeleteOnTermination: ___, ...spec } = one.spec
    const holder = holderOf(transaction, one.id)
    const Association = associationOf(one, spec.PrivateIpAddress)
    const told: Wire<NetworkInterface> & Tagged = {
      ...spec,
      ...(holder !== undefined && { Attachment: tellAttachment(one, holder) }),
      ...(Association !== undefined && { Association, PublicDnsName: Association.PublicDnsName }),
      Groups: GroupIds.map((GroupId) => ({
        GroupId,
        GroupName: transaction.find(ec2Kinds.securityGroups, GroupId)?.spec.GroupName,
      })),
      PrivateIpAddresses: spec.PrivateIpAddresses.map((each) => {
        const own = associationOf(one, each.PrivateIpAddress)
        const PrivateDnsName = privateNameOf(each.PrivateIpAddress, region)
        return { ...each, PrivateDnsName, ...(own !== undefined && { Association: own }) }
      }),
      Status: holder === undefined ? 'available' : 'in-use',
      TagSet: spec.Tags ?? [],
    }
    return { ...one, spec: told }
  }
}

type FindAssociation = (
  one: Resource<NetworkInterfaceSpec>,
  address: string,
) => Wire<NetworkInterfaceAssociation> | undefined

/** Returns what tells the public address that leads to a private one: one that was allocated, or the one that the interface was given. */
function associationsOf(transaction: Transaction): FindAssociation {
  const { region, account } = transaction.caller
  const domain = transaction.publicDomain
  return ({ id, spec }, address) => {
    const allocated = transaction.listBy(addressesOfInterface, id)
    const own = allocated.find((each) => each.spec.PrivateIpAddress === address)?.spec
    const isPrimary = address === spec.PrivateIpAddress
    const PublicIp = own?.PublicIp ?? (isPrimary ? spec.PublicIp : undefined)
    if (PublicIp === undefined) return undefined
    const isNamed = transaction.find(ec2Kinds.vpcs, spec.VpcId)?.spec.EnableDnsHostnames === true
    return {
      ...(own !== undefined && {
        AllocationId: own.AllocationId,
        AssociationId: own.AssociationId,
      }),
      IpOwnerId: own === undefined ? 'amazon' : account.id,
      PublicDnsName: isNamed ? publicNameOf(PublicIp, { region, domain }) : '',
      PublicIp,
    }
  }
}
