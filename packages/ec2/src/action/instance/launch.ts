import type * as EC2 from '@aws-sdk/client-ec2'

import { createMachine } from '../../machine/machine-object.ts'
import { instanceEgressOf } from '../../passage/instance-egress.ts'
import { assertWithinQuota } from '../../quota/quotas.ts'
import { allowedByVcpus } from '../../quota/vcpus.ts'
import { definedOf } from '../../resource/defined.ts'
import {
  ec2Kinds,
  type ImageSpec,
  type InstanceSpec,
  type SubnetSpec,
} from '../../resource/kinds.ts'
import { createResourceId } from '../../resource/resource-id.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Handlers } from '../action.ts'
import { ActionError, invalidCombination, invalidValue, missingParameter } from '../errors.ts'
import { findImage } from '../image/find-image.ts'
import { USUAL_TYPE } from '../instance-type/instance-types.ts'
import { templateTags, withTemplate, type LaunchInput } from '../launch-template/launch-input.ts'
import { interfacePassages } from '../security-group/interface-passages.ts'
import { tagsFor } from '../tag/tags.ts'
import { createInstanceVolumes } from '../volume/instance-volumes.ts'
import { attachInterfaces } from './attach-interfaces.ts'
import {
  createInstanceViewer,
  describeInstance,
  type InstanceResource,
} from './describe-instance.ts'
import { findProfile } from './instance-profile.ts'
import { resolveImage, type LaunchImage } from './launch-image.ts'
import { placeOf } from './launch-place.ts'
import { machinePlanOf, typeOf } from './machine-plan.ts'
import { parseUserData } from './user-data.ts'

/** RunInstances: as many as there is room for between the least and the most, all of one reservation, or none. */
export const launchActions = {
  RunInstances: async (asked, transaction) => {
    const input = withTemplate(transaction, asked)
    const { reservationId, made } = await launch(
      input,
      transaction,
      templateTags(transaction, asked),
    )
    const view = createInstanceViewer(transaction)
    return {
      ReservationId: reservationId,
      OwnerId: transaction.caller.account.id,
      Groups: [],
      Instances: made.map((instance) => describeInstance(view(instance), 'pending')),
    }
  },
} as const satisfies Handlers

/** Launches what an input asks for. */
export async function launch(
  input: LaunchInput,
  transaction: Transaction,
  /** What the instances are tagged with besides what was asked for. */
  tags: readonly EC2.Tag[] = [],
): Promise<{ readonly reservationId: string; readonly made: readonly InstanceResource[] }> {
  const { least, most } = countOf(input)
  assertPossible(input)
  const asked = await planLaunch(input, transaction)
  const plan = { ...asked, tags: [...asked.tags, ...tags] }
  const machine = machinePlanOf({ ...plan.source, InstanceType: plan.type.alias })
  const size = { InstanceType: nameOf(plan), InstanceLifecycle: lifecycleOf(input) }
  const allowed = allowedByVcpus(transaction, size, { least, most })
  const count = await transaction.roomFor(machine, allowed)
  if (count < least) throw noCapacity(plan)
  const reservationId = createResourceId('r')
  const made = Array.from({ length: count }, (_, index) =>
    launchOne(plan, { transaction, reservationId, index }),
  )
  createMachines(transaction, made)
  return { reservationId, made }
}

/** What a launch makes, and may tag. */
const taggable = [
  'instance',
  'volume',
  'network-interface',
  'spot-instances-request',
] as const satisfies readonly EC2.ResourceType[]

/** What a launch comes to before there is one instance of it. */
type Plan = {
  readonly input: LaunchInput
  readonly image: Resource<ImageSpec>
  readonly source: LaunchImage
  readonly type: ReturnType<typeof typeOf>
  readonly subnet: Resource<SubnetSpec>
  readonly tags: readonly EC2.Tag[]
}

async function planLaunch(input: LaunchInput, transaction: Transaction): Promise<Plan> {
  const { ImageId, InstanceType = USUAL_TYPE, KeyName, TagSpecifications } = input
  if (ImageId === undefined) throw missingParameter('ImageId')
  const image = await findImage(transaction, ImageId)
  const type = typeOf(InstanceType)
  assertKey(transaction, KeyName)
  const tags = tagsFor(TagSpecifications, 'instance', taggable)
  const subnet = placeOf(input, transaction)
  const source = await resolveImage(transaction, image)
  return { input, image, source, type, subnet, tags }
}

function countOf({ MinCount = 1, MaxCount = MinCount }: LaunchInput) {
  if (MinCount < 1) throw invalidValue('minCount', MinCount, 'It is at least 1.')
  if (MaxCount < MinCount) {
    throw invalidValue('maxCount', MaxCount, 'It is not less than minCount.')
  }
  assertWithinQuota('instancesPerLaunch', { used: 0, asked: MaxCount })
  return { least: MinCount, most: MaxCount }
}

/** What a container cannot have is refused, and not left out in silence. */
function assertPossible({
  HibernationOptions,
  EnclaveOptions,
  UserData,
  NetworkInterfaces,
  SubnetId,
}: LaunchInput): void {
  if (HibernationOptions?.Configured === true) {
    throw new ActionError(
      'UnsupportedHibernationConfiguration',
      'Instances are containers here, which cannot be hibernated.',
    )
  }
  if (EnclaveOptions?.Enabled === true) {
    throw new ActionError('UnsupportedOperation', 'Instances are containers here: no enclaves.')
  }
  if (UserData !== undefined) parseUserData(UserData)
  if (NetworkInterfaces !== undefined && NetworkInterfaces.length > 0 && SubnetId !== undefined) {
    throw invalidCombination(
      'Network interfaces and an instance-level subnet ID may not be specified on the same request',
    )
  }
}

function assertKey(transaction: Transaction, name: string | undefined): void {
  if (name === undefined) return
  if (transaction.list(ec2Kinds.keyPairs).some(({ spec }) => spec.KeyName === name)) return
  throw new ActionError('InvalidKeyPair.NotFound', `The key pair '${name}' does not exist`)
}

function noCapacity({ type, subnet }: Plan): ActionError {
  return new ActionError(
    'InsufficientInstanceCapacity',
    `We currently do not have sufficient ${type.alias} capacity in the Availability Zone you requested (${subnet.spec.AvailabilityZone ?? ''}). Ask for fewer, or for a smaller type.`,
  )
}

type Launch = {
  readonly transaction: Transaction
  readonly reservationId: string
  readonly index: number
}

function launchOne(plan: Plan, { transaction, reservationId, index }: Launch): InstanceResource {
  const { input, image, subnet } = plan
  const tagged = (type: EC2.ResourceType) => tagsFor(input.TagSpecifications, type, taggable)
  const network = attachInterfaces(transaction, {
    input,
    subnet,
    Tags: tagged('network-interface'),
  })
  const spec: InstanceSpec = {
    ...describeLaunch(plan, transaction),
    ...network,
    AmiLaunchIndex: index,
    Goal: 'running',
    ReservationId: reservationId,
  }
  const instance = transaction.create(ec2Kinds.instances, spec)
  createInstanceVolumes(transaction, {
    instanceId: instance.id,
    zone: zoneOf(subnet),
    image: image.spec,
    mappings: input.BlockDeviceMappings,
    Tags: tagged('volume'),
  })
  return instance
}

/** Once all are there: they may be let out to each other. */
function createMachines(transaction: Transaction, made: readonly InstanceResource[]): void {
  const { egressOf } = interfacePassages(transaction)
  for (const { id, spec } of made) {
    const { text } = instanceEgressOf(egressOf({ spec }))
    transaction.also(createMachine(transaction.machineName(id), machinePlanOf(spec), text))
  }
}

function zoneOf({ spec }: Resource<SubnetSpec>) {
  return { name: spec.AvailabilityZone, id: spec.AvailabilityZoneId ?? '' }
}

type Described = Omit<
  InstanceSpec,
  'Goal' | 'ReservationId' | 'GroupIds' | 'NetworkInterfaceIds' | 'AmiLaunchIndex'
>

function describeLaunch(plan: Plan, transaction: Transaction): Described {
  const { input, image, source, subnet } = plan
  return {
    ...saidOf(plan, transaction),
    ...source,
    InstanceType: nameOf(plan),
    LaunchTime: transaction.now,
    Placement: {
      ...input.Placement,
      AvailabilityZone: subnet.spec.AvailabilityZone,
      AvailabilityZoneId: subnet.spec.AvailabilityZoneId,
      GroupName: input.Placement?.GroupName ?? '',
      Tenancy: 'default',
    },
    Architecture: image.spec.Architecture,
    Hypervisor: 'xen',
    VirtualizationType: 'hvm',
    RootDeviceName: image.spec.RootDeviceName,
    RootDeviceType: 'ebs',
    PlatformDetails: 'Linux/UNIX',
    UsageOperation: 'RunInstances',
    EnaSupport: false,
    HibernationOptions: { Configured: false },
    EnclaveOptions: { Enabled: false },
    MetadataOptions: { ...usualMetadata, ...definedOf(input.MetadataOptions), State: 'applied' },
    CurrentInstanceBootMode: 'legacy-bios',
    ...behaviorOf(input),
  }
}

/** Source: EC2's user guide: what a launch from Amazon's newer images gets; containers are a hop away. */
const usualMetadata = {
  HttpTokens: 'required',
  HttpPutResponseHopLimit: 2,
  HttpEndpoint: 'enabled',
  HttpProtocolIpv6: 'disabled',
  InstanceMetadataTags: 'disabled',
} as const

function lifecycleOf({ InstanceMarketOptions }: LaunchInput): 'spot' | undefined {
  return InstanceMarketOptions?.MarketType === 'spot' ? 'spot' : undefined
}

function nameOf({ type }: Plan): NonNullable<InstanceSpec['InstanceType']> {
  return type.alias as NonNullable<InstanceSpec['InstanceType']>
}

/** What is told as it was asked for, and not at all where nobody asked. */
function saidOf({ input, tags }: Plan, transaction: Transaction) {
  const { KeyName, ClientToken, UserData, IamInstanceProfile: profile } = input
  return definedOf({
    KeyName,
    ClientToken,
    UserData,
    Tags: tags.length > 0 ? tags : undefined,
    IamInstanceProfile: findProfile(transaction, profile),
    InstanceLifecycle: lifecycleOf(input),
  })
}

function behaviorOf(input: LaunchInput) {
  return {
    EbsOptimized: input.EbsOptimized ?? false,
    Monitoring: { State: input.Monitoring?.Enabled === true ? 'enabled' : 'disabled' },
    DisableApiTermination: input.DisableApiTermination ?? false,
    DisableApiStop: input.DisableApiStop ?? false,
    InstanceInitiatedShutdownBehavior: input.InstanceInitiatedShutdownBehavior ?? 'stop',
    CreditSpecification: input.CreditSpecification?.CpuCredits ?? 'unlimited',
  } as const
}
