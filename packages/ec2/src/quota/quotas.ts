import { ActionError } from '../action/errors.ts'

/** How much of something an account may have in a region. */
export type Quota = {
  /** As Service Quotas call it; where AWS has none of the kind, one of ours. */
  readonly code: string
  /** The service that lists it. */
  readonly service: 'ec2' | 'vpc' | 'ebs'
  readonly name: string
  readonly value: number
  /** What an action is refused with: EC2's code, and its words. */
  readonly refusal: readonly [code: string, message: string]
}

/** A thousand of the smaller sizes. */
const VCPUS = 2048
/** As many as one request holds with what each of them has. */
const INSTANCES_PER_LAUNCH = 100

const tooManyVcpus = [
  'VcpuLimitExceeded',
  `You have requested more vCPU capacity than your current vCPU limit of ${VCPUS} allows for the instance bucket that the specified instance type belongs to.`,
] as const

/** All quotas, by what is counted. Values are AWS's of a new account, but for vCPUs and VPCs, of which AWS gives as many when asked, and for what has a code of ours (`L-4E58…`), of which AWS names none. Source: the quotas of EC2, VPC and EBS in AWS's general reference. */
export const quotas = {
  onDemandVcpus: {
    code: 'L-1216C47A',
    service: 'ec2',
    name: 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
    value: VCPUS,
    refusal: tooManyVcpus,
  },
  spotVcpus: {
    code: 'L-34B43A08',
    service: 'ec2',
    name: 'All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests',
    value: VCPUS,
    refusal: ['MaxSpotInstanceCountExceeded', 'Max spot instance count exceeded'],
  },
  instancesPerLaunch: {
    code: 'L-4E580001',
    service: 'ec2',
    name: 'Instances per launch',
    value: INSTANCES_PER_LAUNCH,
    refusal: [
      'InstanceLimitExceeded',
      `You have requested more instances than the ${INSTANCES_PER_LAUNCH} that one launch may have.`,
    ],
  },
  addresses: {
    code: 'L-0263D0A3',
    service: 'ec2',
    name: 'EC2-VPC Elastic IPs',
    value: 5,
    refusal: ['AddressLimitExceeded', 'The maximum number of addresses has been reached.'],
  },
  keyPairs: {
    code: 'L-4E580002',
    service: 'ec2',
    name: 'Key pairs',
    value: 5000,
    refusal: ['KeyPairLimitExceeded', 'The maximum number of key pairs has been reached.'],
  },
  images: {
    code: 'L-B665C33B',
    service: 'ec2',
    name: 'AMIs',
    value: 50_000,
    refusal: ['AMIQuotaExceeded', 'The maximum number of AMIs has been reached.'],
  },
  launchTemplates: {
    code: 'L-FB451C26',
    service: 'ec2',
    name: 'Launch templates',
    value: 5000,
    refusal: [
      'LaunchTemplateLimitExceeded',
      'The maximum number of launch templates has been reached.',
    ],
  },
  vpcs: {
    code: 'L-F678F1CE',
    service: 'vpc',
    name: 'VPCs per Region',
    value: 100,
    refusal: ['VpcLimitExceeded', 'The maximum number of VPCs has been reached.'],
  },
  subnetsPerVpc: {
    code: 'L-407747CB',
    service: 'vpc',
    name: 'Subnets per VPC',
    value: 200,
    refusal: ['SubnetLimitExceeded', 'The maximum number of subnets has been reached.'],
  },
  securityGroups: {
    code: 'L-E79EC296',
    service: 'vpc',
    name: 'VPC security groups per Region',
    value: 2500,
    refusal: [
      'SecurityGroupLimitExceeded',
      'The maximum number of security groups for the Region has been reached.',
    ],
  },
  rulesPerGroup: {
    code: 'L-0EA8095F',
    service: 'vpc',
    name: 'Inbound or outbound rules per security group',
    value: 60,
    refusal: [
      'RulesPerSecurityGroupLimitExceeded',
      'The maximum number of rules per security group has been reached.',
    ],
  },
  groupsPerInterface: {
    code: 'L-2AFB9258',
    service: 'vpc',
    name: 'Security groups per network interface',
    value: 5,
    refusal: [
      'SecurityGroupsPerInterfaceLimitExceeded',
      'The maximum number of security groups per interface has been reached.',
    ],
  },
  addressesPerInterface: {
    code: 'L-4E580005',
    service: 'vpc',
    name: 'Private addresses of a version per network interface',
    value: 50,
    refusal: ['PrivateIpAddressLimitExceeded', 'Number of private addresses will exceed limit.'],
  },
  networkInterfaces: {
    code: 'L-DF5E4CA3',
    service: 'vpc',
    name: 'Network interfaces per Region',
    value: 5000,
    refusal: [
      'NetworkInterfaceLimitExceeded',
      'The maximum number of network interfaces has been reached.',
    ],
  },
  volumes: {
    code: 'L-4E580003',
    service: 'ebs',
    name: 'Volumes per Region',
    value: 5000,
    refusal: ['VolumeLimitExceeded', 'The maximum number of volumes has been reached.'],
  },
  volumeGibibytes: {
    code: 'L-4E580004',
    service: 'ebs',
    name: 'Storage for volumes, in GiB',
    value: 51_200,
    refusal: ['VolumeLimitExceeded', 'The most storage for volumes has been reached.'],
  },
  snapshots: {
    code: 'L-309BACF6',
    service: 'ebs',
    name: 'Snapshots per Region',
    value: 100_000,
    refusal: ['SnapshotLimitExceeded', 'The maximum number of snapshots has been reached.'],
  },
} as const satisfies Readonly<Record<string, Quota>>

/** What is counted. */
export type QuotaName = keyof typeof quotas

/**
 * Throws where an account would have more of something than it may.
 *
 * @throws {@link ActionError} with EC2's own code and words: clients compare them.
 */
export function assertWithinQuota(
  name: QuotaName,
  { used, asked }: { readonly used: number; readonly asked: number },
): void {
  const { value, refusal }: Quota = quotas[name]
  if (used + asked <= value) return
  const [code, message] = refusal
  throw new ActionError(code, message)
}
