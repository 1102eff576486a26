import type * as EC2 from '@aws-sdk/client-ec2'

import type { Sighting } from '../../machine/machines.ts'
import {
  ec2Kinds,
  type InstanceSpec,
  type NetworkInterfaceSpec,
  type SecurityGroupSpec,
  type VolumeSpec,
} from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Loose } from '../action.ts'
import { describeState, stateOf } from './instance-state.ts'

export type InstanceResource = Resource<InstanceSpec>

/** An instance with all that EC2 tells together with it. */
export type InstanceView = InstanceResource & {
  readonly state: EC2.InstanceStateName
  readonly sighting: Sighting
  readonly groups: readonly EC2.GroupIdentifier[]
  readonly interfaces: readonly Resource<NetworkInterfaceSpec>[]
  readonly volumes: readonly Resource<VolumeSpec>[]
}

/** Returns what puts together the instances of a transaction: what stands beside them is looked through once. */
export function createInstanceViewer(
  transaction: Transaction,
): (instance: InstanceResource) => InstanceView {
  const volumes = Map.groupBy(
    transaction.list(ec2Kinds.volumes),
    ({ spec }) => spec.Attachments?.[0]?.InstanceId ?? '',
  )
  return (instance) => {
    const { id, spec } = instance
    const sighting = transaction.see(id, spec.Goal)
    const interfaces = spec.NetworkInterfaceIds.flatMap((own) => {
      const found = transaction.find(ec2Kinds.networkInterfaces, own)
      return found === undefined ? [] : [found]
    })
    return {
      ...instance,
      sighting,
      state: stateOf(spec.Goal, sighting),
      groups: groupsOf(spec, transaction),
      interfaces,
      volumes: volumes.get(id) ?? [],
    }
  }
}

function groupsOf(
  { GroupIds }: InstanceSpec,
  transaction: Transaction,
): readonly EC2.GroupIdentifier[] {
  return GroupIds.flatMap((id) => {
    const found = transaction.find(ec2Kinds.securityGroups, id)
    return found === undefined ? [] : [identifierOf(found)]
  })
}

function identifierOf({ id, spec }: Resource<SecurityGroupSpec>): EC2.GroupIdentifier {
  return { GroupId: id, GroupName: spec.GroupName }
}

/** Returns an instance as EC2 tells it; what EC2 knows nothing of is left out where it is written. */
export function describeInstance(view: InstanceView): Loose<EC2.Instance> {
  const { id, spec, state, groups, interfaces, volumes } = view
  const isOver = state === 'terminated'
  return {
    ...spec,
    InstanceId: id,
    State: describeState(state),
    ...transitionOf(spec.Transition),
    SecurityGroups: isOver ? [] : groups,
    NetworkInterfaces: isOver ? [] : interfaces.map(({ spec: own }) => describeInterface(own)),
    BlockDeviceMappings: isOver ? [] : volumes.map(describeMapping),
    ...(isOver ? withoutPlace : addressesOf(interfaces)),
  }
}

type Told = Partial<Loose<EC2.Instance>>

/** One that is over has neither address nor network. */
const withoutPlace: Told = {
  VpcId: undefined,
  SubnetId: undefined,
  PrivateIpAddress: undefined,
  PrivateDnsName: '',
  PublicDnsName: '',
}

function transitionOf(transition: InstanceSpec['Transition']): Told {
  if (transition === undefined) return { StateTransitionReason: '' }
  const { at, code, message } = transition
  const isUsers = code.startsWith('Client.User')
  const moment = `${at.slice(0, 10)} ${at.slice(11, 19)} GMT`
  return {
    StateTransitionReason: isUsers ? `User initiated (${moment})` : `${message} (${moment})`,
    StateReason: { Code: code, Message: `${code}: ${message}` },
  }
}

function addressesOf(interfaces: InstanceView['interfaces']): Told {
  const association = interfaces[0]?.spec.Association
  if (association?.PublicIp === undefined) return { PublicDnsName: '' }
  return {
    PublicIpAddress: association.PublicIp,
    PublicDnsName: association.PublicDnsName ?? '',
  }
}

function describeInterface({
  Association,
  ...spec
}: NetworkInterfaceSpec): Loose<EC2.InstanceNetworkInterface> {
  const association =
    Association === undefined
      ? undefined
      : {
          IpOwnerId: Association.IpOwnerId,
          PublicDnsName: Association.PublicDnsName,
          PublicIp: Association.PublicIp,
        }
  return {
    ...(association !== undefined && { Association: association }),
    Attachment: {
      AttachTime: spec.Attachment?.AttachTime,
      AttachmentId: spec.Attachment?.AttachmentId,
      DeleteOnTermination: spec.Attachment?.DeleteOnTermination,
      DeviceIndex: spec.Attachment?.DeviceIndex,
      NetworkCardIndex: 0,
      Status: 'attached',
    },
    Description: spec.Description ?? '',
    Groups: spec.Groups ?? [],
    Ipv6Addresses: spec.Ipv6Addresses ?? [],
    MacAddress: spec.MacAddress,
    NetworkInterfaceId: spec.NetworkInterfaceId,
    OwnerId: spec.OwnerId,
    PrivateDnsName: spec.PrivateDnsName,
    PrivateIpAddress: spec.PrivateIpAddress,
    PrivateIpAddresses: spec.PrivateIpAddresses ?? [],
    SourceDestCheck: spec.SourceDestCheck,
    Status: 'in-use',
    SubnetId: spec.SubnetId,
    VpcId: spec.VpcId,
    InterfaceType: spec.InterfaceType ?? 'interface',
  }
}

function describeMapping({
  id,
  spec,
}: Resource<VolumeSpec>): Loose<EC2.InstanceBlockDeviceMapping> {
  const attachment = spec.Attachments?.[0]
  return {
    DeviceName: attachment?.Device,
    Ebs: {
      AttachTime: attachment?.AttachTime,
      DeleteOnTermination: attachment?.DeleteOnTermination ?? false,
      Status: attachment?.State === 'busy' ? 'detaching' : attachment?.State,
      VolumeId: id,
    },
  }
}
