import type { InstanceStatus, SummaryStatus } from '@aws-sdk/client-ec2'

import { namedRows } from '../../door/named-rows.ts'
import { selectPage } from '../../door/select-page.ts'
import type { FilterTable } from '../../filter/filter.ts'
import type { Sighting } from '../../machine/machines.ts'
import { ec2Kinds, type InstanceSpec } from '../../resource/kinds.ts'
import type { Handlers } from '../action.ts'
import type { Loose } from '../sdk-action.ts'
import { createInstanceViewer, type InstanceView } from './describe-instance.ts'
import { assertIds, instancesNotFound } from './find-instances.ts'
import { describeState } from './instance-state.ts'

const never = (): readonly string[] => []

const filters: FilterTable<InstanceView> = {
  'attached-ebs-status.reachability': (view) => [reachability(instanceStatus(view))],
  'attached-ebs-status.status': (view) => [instanceStatus(view)],
  'availability-zone': ({ spec }) => [spec.Placement?.AvailabilityZone ?? ''],
  'availability-zone-id': ({ spec }) => [spec.Placement?.AvailabilityZoneId ?? ''],
  'event.code': never,
  'event.description': never,
  'event.instance-event-id': never,
  'event.not-after': never,
  'event.not-before': never,
  'event.not-before-deadline': never,
  'instance-state-code': ({ state }) => [String(describeState(state).Code)],
  'instance-state-name': ({ state }) => [state],
  'instance-status.reachability': (view) => [reachability(instanceStatus(view))],
  'instance-status.status': (view) => [instanceStatus(view)],
  'operator.managed': () => ['false'],
  'operator.principal': never,
  'system-status.reachability': (view) => [reachability(systemStatus(view))],
  'system-status.status': (view) => [systemStatus(view)],
}

/** DescribeInstanceStatus: the system is the device, which has to answer; the instance is the container, whose probe has to pass. */
export const statusActions = {
  DescribeInstanceStatus: (input, transaction) => {
    const { InstanceIds = [], IncludeAllInstances = false } = input
    assertIds(InstanceIds)
    const naming = { ids: InstanceIds, Filters: input.Filters, idFilter: 'instance-id' }
    const named = namedRows(transaction, ec2Kinds.instances, naming)
    const all = named.map(createInstanceViewer(transaction))
    const rows = all.filter(
      ({ id, state }) => IncludeAllInstances || state === 'running' || InstanceIds.includes(id),
    )
    const page = { least: 5, most: 1000 }
    const choice = { rows, filters, ids: InstanceIds, notFound: instancesNotFound, page }
    const { rows: chosen, ...next } = selectPage<InstanceSpec, InstanceView>(input, choice)
    const told = chosen.filter(({ state }) => IncludeAllInstances || state === 'running')
    return { InstanceStatuses: told.map(describeStatus), ...next }
  },
} as const satisfies Handlers

function describeStatus(view: InstanceView): Loose<InstanceStatus> {
  const { id, spec, state } = view
  return {
    InstanceId: id,
    AvailabilityZone: spec.Placement?.AvailabilityZone,
    AvailabilityZoneId: spec.Placement?.AvailabilityZoneId,
    InstanceState: describeState(state),
    SystemStatus: summaryOf(systemStatus(view), view.sighting),
    InstanceStatus: summaryOf(instanceStatus(view), view.sighting),
    AttachedEbsStatus: summaryOf(instanceStatus(view), view.sighting),
    Events: [],
  }
}

function systemStatus({ state, sighting }: InstanceView): SummaryStatus {
  if (state !== 'running') return 'not-applicable'
  return sighting.isDeviceLive === false ? 'impaired' : 'ok'
}

function instanceStatus({ state, sighting }: InstanceView): SummaryStatus {
  if (state !== 'running') return 'not-applicable'
  if (sighting.isReady === undefined) return 'initializing'
  return sighting.isReady ? 'ok' : 'impaired'
}

function reachability(status: SummaryStatus): 'passed' | 'failed' | 'initializing' {
  if (status === 'initializing') return 'initializing'
  return status === 'impaired' ? 'failed' : 'passed'
}

function summaryOf(status: SummaryStatus, { since }: Sighting) {
  if (status === 'not-applicable') return { Status: status, Details: [] }
  const own = reachability(status)
  const impaired = own === 'failed' && since !== undefined ? { ImpairedSince: since } : {}
  return { Status: status, Details: [{ Name: 'reachability', Status: own, ...impaired } as const] }
}
