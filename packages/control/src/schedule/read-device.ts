import { parseQuantity, type Device, type Resources, type Taint } from '@nexqloud/rules'

import { readDeviceLosses } from '../object/device-losses.ts'
import { readDeviceMemory } from '../object/device-memory.ts'
import { annotations, labels } from '../object/names.ts'
import { isConditionTrue, type Node } from '../object/object.ts'

/** Returns the device that a node stands for, with all its room free. */
export function nodeToDevice({ metadata = {}, spec = {}, status = {} }: Node): Device {
  const own = metadata.labels ?? {}
  const values = metadata.annotations ?? {}
  const name = metadata.name ?? ''
  return {
    name,
    labels: own,
    domains: {
      // Who is not known is nobody else's neighbour.
      owner: own[labels.owner] ?? name,
      isp: own[labels.isp] ?? name,
      area: own[labels.area] ?? name,
    },
    free: readAllocatable(status.allocatable ?? {}),
    coresMilli: readCores(status),
    taints: readTaints({ spec, status }),
    isCordoned: spec.unschedulable === true || metadata.deletionTimestamp !== undefined,
    priceMicroUsdPerHour: BigInt(readCount(values[annotations.price])),
    latencyMs: readCount(values[annotations.latency]),
    riskBps: readCount(values[annotations.risk]),
    ...restOf(metadata),
  }
}

/** Of what failed there, and how often it was lost, what counts longer. */
function restOf(
  metadata: NonNullable<Node['metadata']>,
): Pick<Device, 'restsUntilMs' | 'restReason'> {
  const failing = readDeviceMemory({ metadata }).untilMs
  const unsteady = readDeviceLosses({ metadata }).untilMs
  if (unsteady <= failing) return { restsUntilMs: failing }
  return { restsUntilMs: unsteady, restReason: 'DeviceUnsteady' }
}

/** A node that does not say how many CPUs it has is believed to have enough. */
function readCores({ capacity }: NonNullable<Node['status']>): number {
  return parseQuantity(capacity?.['cpu'] ?? '', 'milli', 'down') ?? Number.POSITIVE_INFINITY
}

function readAllocatable(allocatable: Readonly<Record<string, string>>): Resources {
  const whole = (name: string) => parseQuantity(allocatable[name] ?? '', 'whole', 'down') ?? 0
  return {
    cpuMilli: parseQuantity(allocatable['cpu'] ?? '', 'milli', 'down') ?? 0,
    memoryBytes: whole('memory'),
    diskBytes: whole('ephemeral-storage'),
    pods: whole('pods'),
  }
}

/** A node that is not ready is tainted, whoever has or has not written it. */
function readTaints(node: Pick<Node, 'spec' | 'status'>): readonly Taint[] {
  const taints = (node.spec?.taints ?? []).map(({ key, value = '', effect }) => ({
    key,
    value,
    effect,
  }))
  const key = 'node.kubernetes.io/not-ready'
  return isConditionTrue(node, 'Ready')
    ? taints
    : [...taints, { key, value: '', effect: 'NoSchedule' }]
}

function readCount(text = '0'): number {
  return /^\d{1,15}$/.test(text) ? Number(text) : 0
}
