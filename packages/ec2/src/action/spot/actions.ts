import type * as EC2 from '@aws-sdk/client-ec2'

import { selectPage } from '../../door/select-page.ts'
import type { FilterTable } from '../../filter/filter.ts'
import { said } from '../../filter/said.ts'
import { ec2Kinds, type SpotRequestSpec, type Tagged } from '../../resource/kinds.ts'
import type { Resource } from '../../resource/resource.ts'
import type { Transaction } from '../../resource/transaction.ts'
import type { Handlers, Input } from '../action.ts'
import { ActionError, invalidValue, missingParameter } from '../errors.ts'
import { namedTypes, USUAL_TYPE } from '../instance-type/instance-types.ts'
import type { InstanceResource } from '../instance/describe-instance.ts'
import { launch } from '../instance/launch.ts'
import { tagsFor } from '../tag/tags.ts'

type SpotRequest = Resource<SpotRequestSpec>

/** Source: EC2's API reference, filters of DescribeSpotInstanceRequests. */
const filters: FilterTable<SpotRequest> = {
  'availability-zone-group': ({ spec }) => said(spec.AvailabilityZoneGroup),
  'create-time': ({ spec }) => said(spec.CreateTime),
  'fault-code': () => [],
  'fault-message': () => [],
  'instance-id': ({ spec }) => said(spec.InstanceId),
  'launch-group': ({ spec }) => said(spec.LaunchGroup),
  'launch.block-device-mapping.delete-on-termination': ({ spec }) =>
    (spec.LaunchSpecification?.BlockDeviceMappings ?? []).flatMap(({ Ebs }) =>
      said(Ebs?.DeleteOnTermination),
    ),
  'launch.block-device-mapping.device-name': ({ spec }) =>
    (spec.LaunchSpecification?.BlockDeviceMappings ?? []).flatMap(({ DeviceName }) =>
      said(DeviceName),
    ),
  'launch.block-device-mapping.snapshot-id': () => [],
  'launch.block-device-mapping.volume-size': () => [],
  'launch.block-device-mapping.volume-type': () => [],
  'launch.group-id': ({ spec }) =>
    (spec.LaunchSpecification?.SecurityGroups ?? []).flatMap(({ GroupId }) => said(GroupId)),
  'launch.group-name': ({ spec }) =>
    (spec.LaunchSpecification?.SecurityGroups ?? []).flatMap(({ GroupName }) => said(GroupName)),
  'launch.image-id': ({ spec }) => said(spec.LaunchSpecification?.ImageId),
  'launch.instance-type': ({ spec }) => said(spec.LaunchSpecification?.InstanceType),
  'launch.kernel-id': ({ spec }) => said(spec.LaunchSpecification?.KernelId),
  'launch.key-name': ({ spec }) => said(spec.LaunchSpecification?.KeyName),
  'launch.monitoring-enabled': ({ spec }) => said(spec.LaunchSpecification?.Monitoring?.Enabled),
  'launch.ramdisk-id': ({ spec }) => said(spec.LaunchSpecification?.RamdiskId),
  'launched-availability-zone': ({ spec }) => said(spec.LaunchedAvailabilityZone),
  'network-interface.addresses.primary': () => [],
  'network-interface.delete-on-termination': () => [],
  'network-interface.description': () => [],
  'network-interface.device-index': () => [],
  'network-interface.group-id': () => [],
  'network-interface.network-interface-id': () => [],
  'network-interface.private-ip-address': () => [],
  'network-interface.subnet-id': ({ spec }) => said(spec.LaunchSpecification?.SubnetId),
  'product-description': ({ spec }) => said(spec.ProductDescription),
  'spot-instance-request-id': ({ id }) => [id],
  'spot-price': ({ spec }) => said(spec.SpotPrice),
  state: ({ spec }) => said(spec.State),
  'status-code': ({ spec }) => said(spec.Status?.Code),
  'status-message': ({ spec }) => said(spec.Status?.Message),
  type: ({ spec }) => said(spec.Type),
  'valid-from': ({ spec }) => said(spec.ValidFrom),
  'valid-until': ({ spec }) => said(spec.ValidUntil),
}

/** Spot requests: capacity that may be taken back, at the price that there is. They are fulfilled at once, or refused. */
export const spotActions = {
  RequestSpotInstances: async (input, transaction) => {
    const { InstanceCount = 1, TagSpecifications } = input
    if (InstanceCount < 1) throw invalidValue('InstanceCount', InstanceCount, 'It is at least 1.')
    const tags = tagsFor(TagSpecifications, 'spot-instances-request')
    const { made } = await launch(
      { ...launchInputOf(input), MinCount: InstanceCount, MaxCount: InstanceCount },
      transaction,
    )
    return {
      SpotInstanceRequests: made.map(
        (instance) => createRequest(transaction, { input, instance, tags }).spec,
      ),
    }
  },

  DescribeSpotInstanceRequests: (input, transaction) => {
    const { SpotInstanceRequestIds: ids = [] } = input
    const notFound = (missing: readonly string[]) =>
      new ActionError(
        ec2Kinds.spotRequests.notFound,
        `The spot instance request ID '${missing.join(', ')}' does not exist`,
      )
    const rows = transaction.list(ec2Kinds.spotRequests)
    const choice = { rows, filters, ids, notFound, page: { least: 5, most: 1000 } }
    const { rows: chosen, ...next } = selectPage<SpotRequestSpec, SpotRequest>(input, choice)
    return { SpotInstanceRequests: chosen.map(({ spec }) => spec), ...next }
  },

  /** The instances run on: who wants them to end terminates them. */
  CancelSpotInstanceRequests: ({ SpotInstanceRequestIds = [] }, transaction) => {
    if (SpotInstanceRequestIds.length === 0) throw missingParameter('SpotInstanceRequestId')
    const requests = SpotInstanceRequestIds.map((id) => transaction.get(ec2Kinds.spotRequests, id))
    return {
      CancelledSpotInstanceRequests: requests.map((request) => {
        transaction.change(ec2Kinds.spotRequests, request, {
          State: 'cancelled',
          Status: {
            Code: 'request-canceled-and-instance-running',
            Message: 'Your Spot request was canceled; its instance runs on.',
            UpdateTime: transaction.now,
          },
        })
        return { SpotInstanceRequestId: request.id, State: 'cancelled' as const }
      }),
    }
  },

  DescribeSpotPriceHistory: (input, transaction) => {
    const { InstanceTypes = [], AvailabilityZone } = input
    const rows = transaction.zones
      .filter(({ name }) => AvailabilityZone === undefined || name === AvailabilityZone)
      .flatMap(({ name }) =>
        [...namedTypes.keys()].flatMap((type) => pricesOf(type, name, transaction)),
      )
      .filter(
        ({ price }) => InstanceTypes.length === 0 || InstanceTypes.includes(price.InstanceType),
      )
    const choice = { rows, filters: priceFilters, page: { least: 5, most: 1000 } }
    const { rows: chosen, ...next } = selectPage<Tagged, PriceRow>(input, choice)
    return { SpotPriceHistory: chosen.map(({ price }) => price), ...next }
  },
} as const satisfies Handlers

type PriceRow = Resource<Tagged> & {
  readonly price: {
    readonly AvailabilityZone: string
    readonly InstanceType: EC2._InstanceType
    readonly ProductDescription: 'Linux/UNIX'
    readonly SpotPrice: string
    readonly Timestamp: string
  }
}

const priceFilters: FilterTable<PriceRow> = {
  'availability-zone': ({ price }) => [price.AvailabilityZone],
  'availability-zone-id': () => [],
  'instance-type': ({ price }) => [price.InstanceType],
  'product-description': ({ price }) => [price.ProductDescription],
  'spot-price': ({ price }) => [price.SpotPrice],
  timestamp: ({ price }) => [price.Timestamp],
}

/** What is not sold has no price. */
function pricesOf(type: string, zone: string, transaction: Transaction): readonly PriceRow[] {
  const usdPerHour = transaction.priceOf(type)
  if (usdPerHour === undefined) return []
  const price = {
    AvailabilityZone: zone,
    InstanceType: type as EC2._InstanceType,
    ProductDescription: 'Linux/UNIX',
    SpotPrice: usdPerHour,
    Timestamp: transaction.now,
  } as const
  const id = `${zone}/${type}`
  return [{ id, spec: {}, order: id, uid: '', resourceVersion: '', price }]
}

function launchInputOf({
  LaunchSpecification: asked = {},
}: Input<'RequestSpotInstances'>): Omit<Input<'RunInstances'>, 'MinCount' | 'MaxCount'> {
  const { Placement, SubnetId, ...rest } = asked
  return {
    ...rest,
    ...(SubnetId === undefined ? placementOf(Placement) : { SubnetId }),
    InstanceMarketOptions: { MarketType: 'spot' },
  }
}

/** Of a zone alone: a subnet says it by itself. */
function placementOf(placement: EC2.SpotPlacement | undefined) {
  const { AvailabilityZone } = placement ?? {}
  return AvailabilityZone === undefined ? {} : { Placement: { AvailabilityZone } }
}

type Making = {
  readonly input: Input<'RequestSpotInstances'>
  readonly instance: InstanceResource
  readonly tags: readonly EC2.Tag[]
}

function createRequest(transaction: Transaction, { input, instance, tags }: Making): SpotRequest {
  const { LaunchSpecification: asked = {}, SpotPrice } = input
  const { SecurityGroupIds: _, SecurityGroups: __, UserData: ___, ...told } = asked
  const groups = instance.spec.GroupIds.map((id) => {
    const { spec } = transaction.get(ec2Kinds.securityGroups, id)
    return { GroupId: id, GroupName: spec.GroupName }
  })
  const request = transaction.create(ec2Kinds.spotRequests, (id): SpotRequestSpec => ({
    SpotInstanceRequestId: id,
    CreateTime: transaction.now,
    InstanceId: instance.id,
    InstanceInterruptionBehavior: input.InstanceInterruptionBehavior ?? 'terminate',
    LaunchedAvailabilityZone: instance.spec.Placement?.AvailabilityZone,
    LaunchSpecification: {
      ...told,
      InstanceType: asked.InstanceType ?? USUAL_TYPE,
      SecurityGroups: groups,
    },
    ProductDescription: 'Linux/UNIX',
    ...(SpotPrice !== undefined && { SpotPrice: priceText(SpotPrice) }),
    State: 'active',
    Status: {
      Code: 'fulfilled',
      Message: 'Your Spot request is fulfilled.',
      UpdateTime: transaction.now,
    },
    Type: input.Type ?? 'one-time',
    ...(input.LaunchGroup !== undefined && { LaunchGroup: input.LaunchGroup }),
    ...(input.AvailabilityZoneGroup !== undefined && {
      AvailabilityZoneGroup: input.AvailabilityZoneGroup,
    }),
    ...(input.ValidFrom !== undefined && { ValidFrom: input.ValidFrom.toISOString() }),
    ...(input.ValidUntil !== undefined && { ValidUntil: input.ValidUntil.toISOString() }),
    Tags: tags,
  }))
  transaction.change(ec2Kinds.instances, instance, { SpotInstanceRequestId: request.id })
  return request
}

/** EC2 tells prices with six decimals. */
function priceText(text: string): string {
  if (!/^\d{1,9}(\.\d{1,6})?$/.test(text)) throw invalidValue('SpotPrice', text)
  return Number(text).toFixed(6)
}
