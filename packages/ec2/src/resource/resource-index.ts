import {
  ec2Kinds,
  type AddressSpec,
  type Ec2Kind,
  type InstanceSpec,
  type NetworkInterfaceSpec,
  type Tagged,
  type VolumeSpec,
} from './kinds.ts'

/** How resources of a kind are found by what they say, without looking at all of them. */
export type ResourceIndex<Spec extends Tagged> = {
  readonly kind: Ec2Kind<Spec>
  /** Returns under which keys a resource is found. */
  readonly keysOf: (spec: Spec) => readonly string[]
}

/** The address that leads to an interface. */
export const addressesOfInterface: ResourceIndex<AddressSpec> = {
  kind: ec2Kinds.addresses,
  keysOf: ({ NetworkInterfaceId: id }) => (id === undefined ? [] : [id]),
}

/** The instance that has an interface. */
export const instancesOfInterface: ResourceIndex<InstanceSpec> = {
  kind: ec2Kinds.instances,
  keysOf: ({ NetworkInterfaceIds }) => NetworkInterfaceIds,
}

/** The instances that are to run, by how they are bought and by their size: `spot/t3.nano`. */
export const runningOfSize: ResourceIndex<InstanceSpec> = {
  kind: ec2Kinds.instances,
  keysOf: ({ Goal, InstanceLifecycle = 'on-demand', InstanceType = '' }) =>
    Goal === 'running' ? [`${InstanceLifecycle}/${InstanceType}`] : [],
}

export const interfacesOfSubnet: ResourceIndex<NetworkInterfaceSpec> = {
  kind: ec2Kinds.networkInterfaces,
  keysOf: ({ SubnetId }) => [SubnetId],
}

/** The interface that has an address in a subnet: `SUBNET/ADDRESS`, of both versions. */
export const interfacesAtAddress: ResourceIndex<NetworkInterfaceSpec> = {
  kind: ec2Kinds.networkInterfaces,
  keysOf: ({ SubnetId, PrivateIpAddresses, Ipv6Addresses = [] }) => [
    ...PrivateIpAddresses.map(({ PrivateIpAddress }) => `${SubnetId}/${PrivateIpAddress}`),
    ...Ipv6Addresses.map(({ Ipv6Address = '' }) => `${SubnetId}/${Ipv6Address}`),
  ],
}

/** The volumes that are attached to an instance. */
export const volumesOfInstance: ResourceIndex<VolumeSpec> = {
  kind: ec2Kinds.volumes,
  keysOf: ({ Attachments = [] }) => Attachments.map(({ InstanceId = '' }) => InstanceId),
}
