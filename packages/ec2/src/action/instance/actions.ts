import type { Reservation } from '@aws-sdk/client-ec2'

import { namedRows } from '../../door/named-rows.ts'
import { selectPage } from '../../door/select-page.ts'
import { ec2Kinds, type InstanceSpec } from '../../resource/kinds.ts'
import type { Handlers } from '../action.ts'
import { invalidCombination, invalidValue } from '../errors.ts'
import { isBurstable } from '../instance-type/instance-types.ts'
import type { Loose } from '../sdk-action.ts'
import { attributeActions } from './attributes.ts'
import { createInstanceViewer, describeInstance, type InstanceView } from './describe-instance.ts'
import { assertIds, findInstance, findInstances, instancesNotFound } from './find-instances.ts'
import { instanceFilters } from './instance-filters.ts'
import { launchActions } from './launch.ts'
import { lifecycleActions } from './lifecycle.ts'
import { typeOf } from './machine-plan.ts'
import { statusActions } from './status.ts'

/** What may be said of an instance's metadata service. */
const metadataOptions = [
  'HttpTokens',
  'HttpPutResponseHopLimit',
  'HttpEndpoint',
  'HttpProtocolIpv6',
  'InstanceMetadataTags',
] as const

/** All that can be done with instances. */
export const instanceActions = {
  ...launchActions,
  ...lifecycleActions,
  ...attributeActions,
  ...statusActions,

  DescribeInstances: (input, transaction) => {
    const { InstanceIds = [], MaxResults } = input
    assertIds(InstanceIds)
    if (InstanceIds.length > 0 && MaxResults !== undefined) {
      throw invalidCombination(
        'The parameter instancesSet cannot be used with the parameter maxResults',
      )
    }
    const naming = { ids: InstanceIds, Filters: input.Filters, idFilter: 'instance-id' }
    const named = namedRows(transaction, ec2Kinds.instances, naming)
    const rows = named.map(createInstanceViewer(transaction))
    const page = { least: 5, most: 1000 }
    const choice = {
      rows,
      filters: instanceFilters,
      ids: InstanceIds,
      notFound: instancesNotFound,
      page,
    }
    const { rows: chosen, ...next } = selectPage<InstanceSpec, InstanceView>(input, choice)
    return { Reservations: reservationsOf(chosen, transaction.caller.account.id), ...next }
  },

  DescribeInstanceCreditSpecifications: (input, transaction) => {
    const { InstanceIds = [] } = input
    const all =
      InstanceIds.length > 0
        ? findInstances(transaction, InstanceIds)
        : transaction.list(ec2Kinds.instances)
    const burstable = all.filter(({ spec }) => isBurstable(typeOf(spec.InstanceType ?? '')))
    return {
      InstanceCreditSpecifications: burstable.map(({ id, spec }) => ({
        InstanceId: id,
        CpuCredits: spec.CreditSpecification ?? 'unlimited',
      })),
    }
  },

  ModifyInstanceMetadataOptions: (input, transaction) => {
    const instance = findInstance(transaction, input.InstanceId ?? '')
    const hops = input.HttpPutResponseHopLimit
    if (hops !== undefined && (hops < 1 || hops > 64)) {
      throw invalidValue('HttpPutResponseHopLimit', hops, 'It is from 1 to 64.')
    }
    const asked = Object.fromEntries(
      metadataOptions.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])),
    )
    const options = { ...instance.spec.MetadataOptions, ...asked, State: 'applied' as const }
    transaction.change(ec2Kinds.instances, instance, { MetadataOptions: options })
    return {
      InstanceId: instance.id,
      InstanceMetadataOptions: { ...options, State: 'pending' as const },
    }
  },

  MonitorInstances: ({ InstanceIds = [] }, transaction) => ({
    InstanceMonitorings: findInstances(transaction, InstanceIds).map((instance) => {
      transaction.change(ec2Kinds.instances, instance, { Monitoring: { State: 'enabled' } })
      return { InstanceId: instance.id, Monitoring: { State: 'pending' as const } }
    }),
  }),

  UnmonitorInstances: ({ InstanceIds = [] }, transaction) => ({
    InstanceMonitorings: findInstances(transaction, InstanceIds).map((instance) => {
      transaction.change(ec2Kinds.instances, instance, { Monitoring: { State: 'disabled' } })
      return { InstanceId: instance.id, Monitoring: { State: 'disabling' as const } }
    }),
  }),

  GetConsoleOutput: async ({ InstanceId = '' }, transaction) => {
    const { id } = findInstance(transaction, InstanceId)
    const output = await transaction.readConsole(id)
    if (output === undefined) return { InstanceId: id, Timestamp: transaction.now }
    return {
      InstanceId: id,
      Timestamp: output.at,
      Output: Buffer.from(output.bytes).toString('base64'),
    }
  },

  /** Only Windows has such passwords. */
  GetPasswordData: ({ InstanceId = '' }, transaction) => ({
    InstanceId: findInstance(transaction, InstanceId).id,
    PasswordData: '',
    Timestamp: transaction.now,
  }),
} as const satisfies Handlers

/** A reservation is what was launched together. */
function reservationsOf(
  views: readonly InstanceView[],
  ownerId: string,
): readonly Loose<Reservation>[] {
  const byReservation = Map.groupBy(views, ({ spec }) => spec.ReservationId)
  return [...byReservation].map(([id, own]) => ({
    ReservationId: id,
    OwnerId: ownerId,
    Groups: [],
    Instances: own.map((view) => describeInstance(view)),
  }))
}
