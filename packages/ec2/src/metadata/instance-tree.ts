import type { InstanceView } from '../action/instance/describe-instance.ts'
import { ec2Kinds } from '../resource/kinds.ts'
import { tagsOf } from '../resource/resource.ts'
import type { Transaction } from '../resource/transaction.ts'
import { describeIdentity, type SignIdentity } from './identity-document.ts'
import { growInterfaces, linesOf } from './interface-tree.ts'
import { createFolder, type MetadataFolder, type MetadataNode } from './metadata-node.ts'
import { growSpot } from './spot-tree.ts'

/** What is told of an instance beside what it is. */
export type TreeParts = {
  readonly transaction: Transaction
  /** What it may do things with; nothing where it has no profile. */
  readonly iam: MetadataFolder | undefined
  /** Nothing is signed where it is left out. */
  readonly sign: SignIdentity | undefined
}

/** Returns all that an instance may know of itself, as it is told below a version. */
export function growTree(view: InstanceView, parts: TreeParts): MetadataFolder {
  const { transaction, sign } = parts
  const document = describeIdentity(view, transaction)
  const identity = createFolder({
    document,
    // AWS's own signatures, `pkcs7` and `rsa2048`, are by certificates of AWS: nobody has such here.
    signature: sign === undefined ? undefined : () => sign(document),
  })
  return createFolder(
    {
      dynamic: createFolder({ 'instance-identity': identity }),
      'meta-data': growMetadata(view, parts),
      'user-data': userDataOf(view),
    },
    (name) => name,
  )
}

function userDataOf({ spec: { UserData } }: InstanceView): Uint8Array | undefined {
  return UserData === undefined || UserData === '' ? undefined : Buffer.from(UserData, 'base64')
}

function growMetadata(view: InstanceView, { transaction, iam }: TreeParts): MetadataFolder {
  const { id, spec } = view
  const { spot, rebalance } = growSpot(view, transaction)
  return createFolder({
    'ami-id': spec.ImageId,
    'ami-launch-index': String(spec.AmiLaunchIndex ?? 0),
    'ami-manifest-path': '(unknown)',
    'block-device-mapping': growDevices(view),
    events: createFolder({
      maintenance: createFolder({ history: '[]', scheduled: '[]' }),
      recommendations: rebalance,
    }),
    iam,
    'instance-action': 'none',
    'instance-id': id,
    'instance-life-cycle': spec.InstanceLifecycle ?? 'on-demand',
    'instance-type': spec.InstanceType,
    ...addressesOf(view),
    network: growInterfaces(view, transaction),
    placement: growPlacement(view, transaction),
    'public-keys': growKeys(view, transaction),
    'reservation-id': spec.ReservationId,
    'security-groups': linesOf(view.groups.flatMap(({ GroupName }) => GroupName ?? [])),
    services: createFolder({ domain: transaction.publicDomain, partition: 'aws' }),
    spot,
    tags: growTags(view),
  })
}

/** What an instance is called and reached by: that of its first interface. */
function addressesOf({ interfaces }: InstanceView): Readonly<Record<string, string | undefined>> {
  const spec: Partial<InstanceView['interfaces'][number]['spec']> = interfaces[0]?.spec ?? {}
  return {
    hostname: spec.PrivateDnsName,
    ipv6: spec.Ipv6Addresses?.[0]?.Ipv6Address,
    'local-hostname': spec.PrivateDnsName,
    'local-ipv4': spec.PrivateIpAddress,
    mac: spec.MacAddress,
    'public-hostname': spec.Association?.PublicDnsName || undefined,
    'public-ipv4': spec.Association?.PublicIp,
  }
}

function growPlacement({ spec }: InstanceView, { caller }: Transaction): MetadataFolder {
  const { AvailabilityZone, AvailabilityZoneId, GroupName } = spec.Placement ?? {}
  return createFolder({
    'availability-zone': AvailabilityZone,
    'availability-zone-id': AvailabilityZoneId,
    'group-name': GroupName || undefined,
    region: caller.region,
  })
}

/** The root device is told twice; the others are numbered. */
function growDevices({ spec, volumes }: InstanceView): MetadataFolder {
  const { RootDeviceName: root } = spec
  const others = volumes.flatMap(({ attachment: { Device } }) =>
    Device === root ? [] : (Device ?? []),
  )
  return createFolder({
    ami: root,
    ...Object.fromEntries(others.map((device, index) => [`ebs${index + 1}`, device])),
    root,
  })
}

/** The key that it was launched with, as long as the account has it. */
function growKeys({ spec }: InstanceView, transaction: Transaction): MetadataFolder | undefined {
  const { KeyName: name } = spec
  const found = transaction.list(ec2Kinds.keyPairs).find((key) => key.spec.KeyName === name)
  const { PublicKey } = found?.spec ?? {}
  if (name === undefined || PublicKey === undefined) return undefined
  return createFolder(
    { 0: createFolder({ 'openssh-key': PublicKey }) },
    (index) => `${index}=${name}`,
  )
}

/** Source: EC2's user guide: keys with other characters cannot be told so. */
const TELLABLE_KEY = /^(?!\.{1,2}$|_index$)[\w+\-=.,:@]{1,128}$/

function growTags(view: InstanceView): MetadataNode | undefined {
  if (view.spec.MetadataOptions?.InstanceMetadataTags !== 'enabled') return undefined
  const tags = Object.entries(tagsOf(view)).filter(([key]) => TELLABLE_KEY.test(key))
  return createFolder({ instance: createFolder(Object.fromEntries(tags)) })
}
