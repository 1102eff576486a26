import type * as EC2 from '@aws-sdk/client-ec2'

import type { Sighting } from '../../machine/machines.ts'
import { ec2Kinds, type InstanceSpec } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import { createInterfaceTeller, type ToldInterface } from '../network-interface/tell-interfaces.ts'
import type { Loose } from '../sdk-action.ts'
import { volumesOf, type Attachment } from '../volume/attachment.ts'
import { describeState, stateOf } from './instance-state.ts'

export type InstanceResource = Resource<InstanceSpec>

type InterfaceSpec = ToldInterface['spec']

/** An instance with all that EC2 tells together with it. */
export type InstanceView = InstanceResource & {
  readonly state: EC2.InstanceStateName
  readonly sighting: Sighting
  readonly groups: readonly EC2.GroupIdentifier[]
  readonly interfaces: readonly ToldInterface[]
  /** With how each is attached to it. */
  readonly volumes: readonly AttachedVolume[]
}

type AttachedVolume = { readonly id: string; readonly attachment: Attachment }

/** Returns what puts together the instances of a transaction: what stands beside one is looked up when it is asked for. */
export function createInstanceViewer(
  transaction: Transaction,
): (instance: InstanceResource) => InstanceView {
  const tellInterface = createInterfaceTeller(transaction)
  return (instance) => new LookedUpView(instance, transaction, tellInterface)
}

/** A thousand of them are made for a filter that one passes: a class, as objects that have getters of their own take a hundred times as long to make. */
class LookedUpView implements InstanceView {
  readonly id: string
  readonly spec: InstanceSpec
  readonly order: string
  readonly uid: string
  readonly resourceVersion: string
  readonly #transaction: Transaction
  readonly #tellInterface: ReturnType<typeof createInterfaceTeller>

  constructor(
    instance: InstanceResource,
    transaction: Transaction,
    tellInterface: ReturnType<typeof createInterfaceTeller>,
  ) {
    this.id = instance.id
    this.spec = instance.spec
    this.order = instance.order
    this.uid = instance.uid
    this.resourceVersion = instance.resourceVersion
    this.#transaction = transaction
    this.#tellInterface = tellInterface
  }

  get sighting(): Sighting {
    return this.#transaction.see(this.id, this.spec.Goal)
  }

  get state(): EC2.InstanceStateName {
    return stateOf(this.spec.Goal, this.sighting)
  }

  get groups(): readonly EC2.GroupIdentifier[] {
    return groupsOf(this.spec, this.#transaction)
  }

  get interfaces(): readonly ToldInterface[] {
    return this.spec.NetworkInterfaceIds.flatMap((id) => {
      const found = this.#transaction.find(ec2Kinds.networkInterfaces, id)
      return found === undefined ? [] : [this.#tellInterface(found)]
    })
  }

  get volumes(): readonly AttachedVolume[] {
    return attachedTo(this.#transaction, this.id)
  }
}

function attachedTo(transaction: Transaction, id: string): readonly AttachedVolume[] {
  return volumesOf(transaction, id).map(([volume, attachment]) => ({ id: volume.id, attachment }))
}

function groupsOf(
  { GroupIds }: InstanceSpec,
  transaction: Transaction,
): readonly EC2.GroupIdentifier[] {
  return GroupIds.flatMap((GroupId) => {
    const found = transaction.find(ec2Kinds.securityGroups, GroupId)
    return found === undefined ? [] : [{ GroupId, GroupName: found.spec.GroupName }]
  })
}

/** Returns an instance as EC2 tells it; what EC2 knows nothing of is left out where it is written. */
export function describeInstance(
  view: InstanceView,
  state: EC2.InstanceStateName = view.state,
): Loose<EC2.Instance> {
  const { id, spec, groups, interfaces, volumes } = view
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
}: InterfaceSpec): Loose<EC2.InstanceNetworkInterface> {
  return {
    ...(Association !== undefined && { Association }),
    Attachment: spec.Attachment,
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
  attachment,
}: AttachedVolume): Loose<EC2.InstanceBlockDeviceMapping> {
  const { Device, AttachTime, DeleteOnTermination = false, State } = attachment
  return {
    DeviceName: Device,
    Ebs: {
      AttachTime,
      DeleteOnTermination,
      Status: State === 'busy' ? 'detaching' : State,
      VolumeId: id,
    },
  }
}
