import type { InstanceNetworkInterfaceSpecification, Tag } from '@aws-sdk/client-ec2'

import {
  ec2Kinds,
  type InstanceSpec,
  type NetworkInterfaceSpec,
  type SubnetSpec,
} from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { ActionError, invalidCombination } from '../errors.ts'
import type { LaunchInput } from '../launch-template/launch-input.ts'
import { holderOf } from '../network-interface/attachments.ts'
import { createInterfaces } from '../network-interface/interface.ts'
import { readAddresses, readIpv6 } from '../network-interface/plan-interface.ts'
import type { Loose } from '../sdk-action.ts'
import { findNamedGroup } from '../security-group/find-group.ts'

/** What an instance says of its network. */
export type InstanceNetwork = Pick<
  InstanceSpec,
  | 'GroupIds'
  | 'NetworkInterfaceIds'
  | 'PrivateDnsName'
  | 'PrivateIpAddress'
  | 'SourceDestCheck'
  | 'SubnetId'
  | 'VpcId'
>

/** What the interfaces of instances follow from. */
export type InterfacesWish = {
  readonly input: LaunchInput
  readonly subnet: Resource<SubnetSpec>
  readonly Tags: readonly Tag[]
}

type Asked = Loose<InstanceNetworkInterfaceSpecification>

/** Makes the interfaces of an instance, or takes those that the launch names; returns what the instance says of them. */
export function attachInterfaces(transaction: Transaction, wish: InterfacesWish): InstanceNetwork {
  const { NetworkInterfaces: asked = [] } = wish.input
  const interfaces =
    asked.length === 0
      ? [createUsual(transaction, wish)]
      : asked.map((one) => attachOne(transaction, wish, one))
  const [first] = interfaces
  if (first === undefined) throw new TypeError('An instance has an interface.')
  assertTogether(interfaces)
  const { spec } = first
  return {
    GroupIds: spec.GroupIds,
    NetworkInterfaceIds: interfaces.map(({ id }) => id),
    PrivateDnsName: spec.PrivateDnsName,
    PrivateIpAddress: spec.PrivateIpAddress,
    SourceDestCheck: spec.SourceDestCheck,
    SubnetId: spec.SubnetId,
    VpcId: spec.VpcId,
  }
}

/** An instance has an interface once, and all of them in one place. */
function assertTogether(interfaces: readonly Resource<NetworkInterfaceSpec>[]): void {
  const ids = interfaces.map(({ id }) => id)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) throw inUse(twice)
  const places = interfaces.map(({ spec }) => `${spec.VpcId} ${spec.AvailabilityZone}`)
  if (new Set(places).size === 1) return
  throw invalidCombination(
    'The interfaces of an instance are of one VPC and one Availability Zone.',
  )
}

function createUsual(
  transaction: Transaction,
  { input, subnet, Tags }: InterfacesWish,
): Resource<NetworkInterfaceSpec> {
  const { PrivateIpAddress: address } = input
  return createOne(transaction, {
    subnet,
    GroupIds: groupIdsOf(transaction, input, subnet),
    Tags,
    isPublic: subnet.spec.MapPublicIpOnLaunch,
    DeleteOnTermination: true,
    ...(address !== undefined && { addresses: { named: [address], others: 0 } }),
    ...readIpv6(input),
  })
}

function attachOne(
  transaction: Transaction,
  wish: InterfacesWish,
  asked: Asked,
): Resource<NetworkInterfaceSpec> {
  if (asked.NetworkInterfaceId !== undefined) return takeOne(transaction, asked.NetworkInterfaceId)
  const subnet =
    asked.SubnetId === undefined ? wish.subnet : transaction.get(ec2Kinds.subnets, asked.SubnetId)
  const named = asked.Groups ?? groupIdsOf(transaction, wish.input, subnet)
  return createOne(transaction, {
    subnet,
    GroupIds: named,
    Tags: wish.Tags,
    Description: asked.Description ?? '',
    isPublic: asked.AssociatePublicIpAddress ?? subnet.spec.MapPublicIpOnLaunch,
    DeleteOnTermination: asked.DeleteOnTermination ?? true,
    addresses: readAddresses({
      PrivateIpAddress: asked.PrivateIpAddress,
      PrivateIpAddresses: asked.PrivateIpAddresses,
      SecondaryPrivateIpAddressCount: asked.SecondaryPrivateIpAddressCount,
    }),
    ...readIpv6(asked),
  })
}

function createOne(
  transaction: Transaction,
  plan: Parameters<typeof createInterfaces>[1],
): Resource<NetworkInterfaceSpec> {
  const [made] = createInterfaces(transaction, { ...plan, AttachTime: transaction.now })
  if (made === undefined) throw new TypeError('One was to be made.')
  return made
}

/** One that is there already outlives its instance. */
function takeOne(transaction: Transaction, id: string): Resource<NetworkInterfaceSpec> {
  const found = transaction.get(ec2Kinds.networkInterfaces, id)
  if (holderOf(transaction, id) !== undefined) throw inUse(id)
  return transaction.change(ec2Kinds.networkInterfaces, found, {
    AttachTime: transaction.now,
    DeleteOnTermination: false,
  })
}

function inUse(id: string): ActionError {
  return new ActionError('InvalidNetworkInterface.InUse', `Interface: ${id} is in use.`)
}

function groupIdsOf(
  transaction: Transaction,
  { SecurityGroupIds = [], SecurityGroups = [] }: LaunchInput,
  { spec }: Resource<SubnetSpec>,
): readonly string[] {
  const named = SecurityGroups.map(
    (name) => findNamedGroup(transaction, { id: spec.VpcId }, name).id,
  )
  return [...SecurityGroupIds, ...named]
}
