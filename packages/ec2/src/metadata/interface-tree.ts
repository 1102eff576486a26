import type { InstanceView } from '../action/instance/describe-instance.ts'
import { ec2Kinds } from '../resource/kinds.ts'
import type { Transaction } from '../resource/transaction.ts'
import { createFolder, type MetadataFolder } from './metadata-node.ts'

type ToldSpec = InstanceView['interfaces'][number]['spec']

/** Returns what is told of the interfaces of an instance, by their MAC addresses. */
export function growInterfaces(
  { interfaces }: Pick<InstanceView, 'interfaces'>,
  transaction: Transaction,
): MetadataFolder {
  const byAddress = Object.fromEntries(
    interfaces.map(({ spec }) => [spec.MacAddress ?? '', growInterface(spec, transaction)]),
  )
  return createFolder({ interfaces: createFolder({ macs: createFolder(byAddress) }) })
}

function growInterface(spec: ToldSpec, transaction: Transaction): MetadataFolder {
  const { Attachment, PrivateIpAddresses = [], Groups = [], Ipv6Addresses = [] } = spec
  const publicAddresses = PrivateIpAddresses.flatMap(
    ({ Association }) => Association?.PublicIp ?? [],
  )
  return createFolder({
    'device-number': String(Attachment?.DeviceIndex ?? 0),
    'interface-id': spec.NetworkInterfaceId,
    'ipv4-associations': associationsOf(spec),
    ipv6s: linesOf(Ipv6Addresses.flatMap(({ Ipv6Address }) => Ipv6Address ?? [])),
    'local-hostname': spec.PrivateDnsName,
    'local-ipv4s': linesOf(PrivateIpAddresses.flatMap((each) => each.PrivateIpAddress ?? [])),
    mac: spec.MacAddress,
    'network-card': '0',
    'owner-id': spec.OwnerId,
    'public-hostname': spec.Association?.PublicDnsName || undefined,
    'public-ipv4s': linesOf(publicAddresses),
    'security-group-ids': linesOf(Groups.flatMap(({ GroupId }) => GroupId ?? [])),
    'security-groups': linesOf(Groups.flatMap(({ GroupName }) => GroupName ?? [])),
    'subnet-id': spec.SubnetId,
    ...blocksOf(spec, transaction),
    'vpc-id': spec.VpcId,
  })
}

/** Which private address each public one leads to. */
function associationsOf({ PrivateIpAddresses = [] }: ToldSpec): MetadataFolder | undefined {
  const pairs = PrivateIpAddresses.flatMap(({ Association, PrivateIpAddress }) =>
    Association?.PublicIp === undefined ? [] : [[Association.PublicIp, PrivateIpAddress ?? '']],
  )
  return pairs.length === 0 ? undefined : createFolder(Object.fromEntries(pairs))
}

function blocksOf({ SubnetId = '', VpcId = '' }: ToldSpec, transaction: Transaction) {
  const subnet = transaction.find(ec2Kinds.subnets, SubnetId)?.spec
  const vpc = transaction.find(ec2Kinds.vpcs, VpcId)?.spec
  const { CidrBlockAssociationSet = [], Ipv6CidrBlockAssociationSet = [] } = vpc ?? {}
  const sixes = (subnet?.Ipv6CidrBlockAssociationSet ?? []).flatMap(
    ({ Ipv6CidrBlock }) => Ipv6CidrBlock ?? [],
  )
  return {
    'subnet-ipv4-cidr-block': subnet?.CidrBlock,
    'subnet-ipv6-cidr-blocks': linesOf(sixes),
    'vpc-ipv4-cidr-block': vpc?.CidrBlock,
    'vpc-ipv4-cidr-blocks': linesOf(
      CidrBlockAssociationSet.flatMap((each) => each.CidrBlock ?? []),
    ),
    'vpc-ipv6-cidr-blocks': linesOf(
      Ipv6CidrBlockAssociationSet.flatMap(({ Ipv6CidrBlock }) => Ipv6CidrBlock ?? []),
    ),
  }
}

/** Returns one a line; nothing where there is none: EC2 has no such path then. */
export function linesOf(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : values.join('\n')
}
