import type * as EC2 from '@aws-sdk/client-ec2'
import type { Kind, ObjectMeta, Wire } from '@nexqloud/kube'

/** An object that keeps what EC2 knows of a resource, in EC2's own structure and names; moments are ISO 8601 texts. */
export type Ec2Object<Spec> = { readonly metadata?: ObjectMeta; readonly spec: Spec }

/** What every resource may have. */
export type Tagged = { readonly Tags?: readonly EC2.Tag[] | undefined }

/** A kind of resource. */
export type Ec2Kind<Spec extends Tagged = Tagged> = Kind<Ec2Object<Spec>> & {
  /** Ids begin with it, e.g. `vol` of `vol-0123456789abcdef0`. */
  readonly prefix: string
  /** What tags call it. */
  readonly resourceType: EC2.ResourceType
  /** What is said where there is none of an id, e.g. `InvalidVolume.NotFound`. */
  readonly notFound: string
  /** What it is called in messages, e.g. `volume`. */
  readonly noun: string
}

/** The group of the kinds that stand behind the EC2-compatible API. */
export const EC2_GROUP = 'ec2.nexqloud.io'

function kindOf<Spec extends Tagged>(
  kind: string,
  own: Pick<Ec2Kind, 'plural' | 'prefix' | 'resourceType' | 'notFound' | 'noun'>,
): Ec2Kind<Spec> {
  return { group: EC2_GROUP, version: 'v1', kind, isNamespaced: true, ...own }
}

/** A structure of EC2's, of which some fields are always there. */
type Has<Structure, Field extends keyof Structure> = Structure & {
  readonly [Name in Field]-?: NonNullable<Structure[Name]>
}

export type VpcSpec = Has<
  Wire<EC2.Vpc>,
  'VpcId' | 'CidrBlock' | 'CidrBlockAssociationSet' | 'IsDefault' | 'OwnerId' | 'DhcpOptionsId'
> & {
  readonly EnableDnsSupport: boolean
  readonly EnableDnsHostnames: boolean
  readonly EnableNetworkAddressUsageMetrics?: boolean
}
/** How many addresses are free follows from its interfaces. */
export type SubnetSpec = Has<
  Wire<Omit<EC2.Subnet, 'AvailableIpAddressCount'>>,
  'SubnetId' | 'VpcId' | 'CidrBlock' | 'AvailabilityZone' | 'DefaultForAz' | 'MapPublicIpOnLaunch'
>
/** Its permissions follow from its rules. */
export type SecurityGroupSpec = Has<
  Wire<Omit<EC2.SecurityGroup, 'IpPermissions' | 'IpPermissionsEgress'>>,
  'GroupId' | 'GroupName' | 'Description' | 'VpcId' | 'OwnerId'
>
export type SecurityGroupRuleSpec = Has<
  Wire<EC2.SecurityGroupRule>,
  'SecurityGroupRuleId' | 'GroupId' | 'IsEgress' | 'IpProtocol' | 'FromPort' | 'ToPort'
>
/** What it is attached to follows from the instances, its public address from the addresses, the names of its groups from these. */
export type NetworkInterfaceSpec = Has<
  Wire<
    Omit<
      EC2.NetworkInterface,
      'TagSet' | 'Attachment' | 'Association' | 'Groups' | 'Status' | 'PrivateIpAddresses'
    >
  >,
  'NetworkInterfaceId' | 'SubnetId' | 'VpcId' | 'PrivateIpAddress' | 'AvailabilityZone'
> &
  Tagged & {
    readonly GroupIds: readonly string[]
    readonly PrivateIpAddresses: readonly {
      readonly PrivateIpAddress: string
      readonly Primary: boolean
    }[]
    /** An address that it was given for a while; one that was allocated takes its place. */
    readonly PublicIp?: string | undefined
    /** Since when an instance has it: ISO 8601. */
    readonly AttachTime?: string | undefined
    readonly DeleteOnTermination?: boolean | undefined
  }
/** Which instance it leads to follows from the interface. */
export type AddressSpec = Has<
  Wire<Omit<EC2.Address, 'InstanceId' | 'NetworkInterfaceOwnerId'>>,
  'AllocationId' | 'PublicIp'
>
export type KeyPairSpec = Wire<EC2.KeyPairInfo>
/** Whether it is public follows from who may launch it. */
export type ImageSpec = Wire<Omit<EC2.Image, 'Public'>> & {
  /** The OCI image in full, by its digest. */
  readonly Reference: string
  readonly LaunchPermissions?: readonly EC2.LaunchPermission[]
  readonly DeregisteredAt?: string
}
/** Its state follows from its attachments, and from what is seen of its disk. */
export type VolumeSpec = Wire<Omit<EC2.Volume, 'State'>> & {
  /** A `Disk` of its name stands for it: since it was attached first, or made of a snapshot that has one. */
  readonly HasDisk?: true
  /** The last one. */
  readonly Modification?: Wire<EC2.VolumeModification>
}
/** One that has a disk is what is seen of that; any other one is complete. */
export type SnapshotSpec = Wire<EC2.Snapshot> & {
  /** A `DiskSnapshot` of its name has what was on the volume. */
  readonly HasDisk?: true
}
export type LaunchTemplateSpec = Wire<EC2.LaunchTemplate> & {
  /** The older first; which of them is the default one, the template says. */
  readonly Versions: readonly Wire<EC2.LaunchTemplateVersion>[]
  readonly NextVersionNumber: number
}
export type SpotRequestSpec = Wire<EC2.SpotInstanceRequest>

/** What an instance is wanted to be; what it is follows from what is seen of it. */
export type InstanceGoal = 'running' | 'stopped' | 'terminated'

export type InstanceSpec = Wire<
  Omit<EC2.Instance, 'State' | 'SecurityGroups' | 'NetworkInterfaces' | 'StateTransitionReason'>
> & {
  readonly Goal: InstanceGoal
  /** When the goal was changed last, by whom and why. */
  readonly Transition?:
    | { readonly at: string; readonly code: string; readonly message: string }
    | undefined
  /** What the image is, with the digest that it was found to have: an OCI reference. */
  readonly ImageReference: string
  /** The TCP ports that its image says it serves. */
  readonly ExposedPorts?: readonly number[]
  /** What it runs instead of what its image says. */
  readonly Command?: readonly string[]
  readonly ReservationId: string
  readonly GroupIds: readonly string[]
  readonly NetworkInterfaceIds: readonly string[]
  readonly UserData?: string
  readonly DisableApiTermination: boolean
  readonly DisableApiStop: boolean
  readonly InstanceInitiatedShutdownBehavior: 'stop' | 'terminate'
  readonly CreditSpecification?: string
  readonly Reboots?: number
}
export type RouteTableSpec = Has<Wire<EC2.RouteTable>, 'RouteTableId' | 'VpcId'>
export type InternetGatewaySpec = Has<
  Wire<EC2.InternetGateway>,
  'InternetGatewayId' | 'Attachments'
>
/** Which subnets it is associated with follows from them: all of its VPC's, as there is no other. */
export type NetworkAclSpec = Has<
  Wire<Omit<EC2.NetworkAcl, 'Associations'>>,
  'NetworkAclId' | 'VpcId' | 'Entries'
>
/** What an account was given in a region. */
export type AccountRegionSpec = Tagged & {
  /** All VPCs there have this set of DHCP options. */
  readonly DhcpOptionsId: string
  /** The zones that were given default subnets: one that is deleted stays away. */
  readonly Zones: readonly string[]
}

/** All kinds of resources. */
export const ec2Kinds = {
  instances: kindOf<InstanceSpec>('Ec2Instance', {
    plural: 'ec2instances',
    prefix: 'i',
    resourceType: 'instance',
    notFound: 'InvalidInstanceID.NotFound',
    noun: 'instance ID',
  }),
  images: kindOf<ImageSpec>('MachineImage', {
    plural: 'machineimages',
    prefix: 'ami',
    resourceType: 'image',
    notFound: 'InvalidAMIID.NotFound',
    noun: 'image id',
  }),
  keyPairs: kindOf<KeyPairSpec>('KeyPair', {
    plural: 'keypairs',
    prefix: 'key',
    resourceType: 'key-pair',
    notFound: 'InvalidKeyPair.NotFound',
    noun: 'key pair',
  }),
  vpcs: kindOf<VpcSpec>('Vpc', {
    plural: 'vpcs',
    prefix: 'vpc',
    resourceType: 'vpc',
    notFound: 'InvalidVpcID.NotFound',
    noun: 'vpc ID',
  }),
  subnets: kindOf<SubnetSpec>('Subnet', {
    plural: 'subnets',
    prefix: 'subnet',
    resourceType: 'subnet',
    notFound: 'InvalidSubnetID.NotFound',
    noun: 'subnet ID',
  }),
  securityGroups: kindOf<SecurityGroupSpec>('SecurityGroup', {
    plural: 'securitygroups',
    prefix: 'sg',
    resourceType: 'security-group',
    notFound: 'InvalidGroup.NotFound',
    noun: 'security group',
  }),
  securityGroupRules: kindOf<SecurityGroupRuleSpec>('SecurityGroupRule', {
    plural: 'securitygrouprules',
    prefix: 'sgr',
    resourceType: 'security-group-rule',
    notFound: 'InvalidSecurityGroupRuleId.NotFound',
    noun: 'security group rule ID',
  }),
  networkInterfaces: kindOf<NetworkInterfaceSpec>('NetworkInterface', {
    plural: 'networkinterfaces',
    prefix: 'eni',
    resourceType: 'network-interface',
    notFound: 'InvalidNetworkInterfaceID.NotFound',
    noun: 'networkInterface ID',
  }),
  addresses: kindOf<AddressSpec>('ElasticAddress', {
    plural: 'elasticaddresses',
    prefix: 'eipalloc',
    resourceType: 'elastic-ip',
    notFound: 'InvalidAllocationID.NotFound',
    noun: 'allocation ID',
  }),
  volumes: kindOf<VolumeSpec>('Volume', {
    plural: 'volumes',
    prefix: 'vol',
    resourceType: 'volume',
    notFound: 'InvalidVolume.NotFound',
    noun: 'volume',
  }),
  snapshots: kindOf<SnapshotSpec>('Snapshot', {
    plural: 'snapshots',
    prefix: 'snap',
    resourceType: 'snapshot',
    notFound: 'InvalidSnapshot.NotFound',
    noun: 'snapshot',
  }),
  launchTemplates: kindOf<LaunchTemplateSpec>('LaunchTemplate', {
    plural: 'launchtemplates',
    prefix: 'lt',
    resourceType: 'launch-template',
    notFound: 'InvalidLaunchTemplateId.NotFound',
    noun: 'launch template',
  }),
  spotRequests: kindOf<SpotRequestSpec>('SpotInstanceRequest', {
    plural: 'spotinstancerequests',
    prefix: 'sir',
    resourceType: 'spot-instances-request',
    notFound: 'InvalidSpotInstanceRequestID.NotFound',
    noun: 'spot instance request ID',
  }),
  routeTables: kindOf<RouteTableSpec>('RouteTable', {
    plural: 'routetables',
    prefix: 'rtb',
    resourceType: 'route-table',
    notFound: 'InvalidRouteTableID.NotFound',
    noun: 'routeTable ID',
  }),
  internetGateways: kindOf<InternetGatewaySpec>('InternetGateway', {
    plural: 'internetgateways',
    prefix: 'igw',
    resourceType: 'internet-gateway',
    notFound: 'InvalidInternetGatewayID.NotFound',
    noun: 'internetGateway ID',
  }),
  networkAcls: kindOf<NetworkAclSpec>('NetworkAcl', {
    plural: 'networkacls',
    prefix: 'acl',
    resourceType: 'network-acl',
    notFound: 'InvalidNetworkAclID.NotFound',
    noun: 'networkAcl ID',
  }),
} as const

/**
 * That an account was given its default VPC in a region: it stays where that is deleted. It is none of EC2's resources: its name is no id that
 * anybody can ask for or tag.
 */
export const accountRegions = kindOf<AccountRegionSpec>('AccountRegion', {
  plural: 'accountregions',
  prefix: 'region',
  resourceType: 'vpc',
  notFound: 'InvalidVpcID.NotFound',
  noun: 'region',
})

/** All that is kept of accounts. */
export const keptKinds: readonly Ec2Kind[] = [
  ...(Object.values(ec2Kinds) as Ec2Kind[]),
  accountRegions,
]

/** Returns the kind that an id is of, by its prefix; nothing where no kind has such ids. */
export function kindOfId(id: string): Ec2Kind | undefined {
  const prefix = id.slice(0, Math.max(0, id.lastIndexOf('-')))
  return byPrefix.get(prefix)
}

const byPrefix: ReadonlyMap<string, Ec2Kind> = new Map(
  Object.values(ec2Kinds).map((kind) => [kind.prefix, kind as Ec2Kind]),
)
