import { systemClock } from '@nexqloud/kernel'
import type { KubeClient } from '@nexqloud/kube'

import { createAddressPool } from '../../src/address/address-pool.ts'
import { createObedientMachines } from '../../src/machine/machines.ts'
import { ec2Kinds, type InstanceSpec } from '../../src/resource/kinds.ts'
import { ResourceView } from '../../src/resource/resource-view.ts'
import type { Resource } from '../../src/resource/resource.ts'
import { Transaction } from '../../src/resource/transaction.ts'
import { createObedientVolumes } from '../../src/volume/volumes.ts'
import { labImages } from './lab-images.ts'

/** The moment of all that is done in it. */
export const NOW = '2026-01-01T00:00:00.000Z'

const regions = [
  {
    name: 'us-east-1',
    zones: [
      { name: 'us-east-1a', id: 'use1-az1' },
      { name: 'us-east-1b', id: 'use1-az2' },
    ],
  },
]

/** Returns a view that follows nobody: it has what is put into it. */
export function createEmptyView(): ResourceView {
  const nobody = {} as KubeClient
  return new ResourceView({ client: nobody, clock: systemClock, onFailure: () => {} })
}

/** Returns a transaction of an account that has nothing yet: what handlers do in it, they see. */
export function beginTransaction(
  view = createEmptyView(),
  volumes = createObedientVolumes(),
  namespace = 'default',
): Transaction {
  const account = { id: '123456789012', namespace }
  const arn = `arn:aws:iam::${account.id}:root`
  const caller = { account, arn, userId: account.id, region: 'us-east-1', accessKeyId: 'KEY' }
  const machines = createObedientMachines(() => Date.parse(NOW))
  const publicAddresses = createAddressPool({
    blocksOf: () => ['203.0.113.0/24'],
    domain: 'compute.test',
  })
  return new Transaction({
    view,
    regions,
    caller,
    machines,
    volumes,
    publicAddresses,
    images: labImages,
    nowMs: Date.parse(NOW),
  })
}

/** Puts an instance there, as a launch does. */
export function putInstance(
  transaction: Transaction,
  fields: Partial<InstanceSpec> = {},
): Resource<InstanceSpec> {
  return transaction.create(ec2Kinds.instances, (InstanceId) => ({
    InstanceId,
    ReservationId: 'r-0123456789abcdef0',
    Goal: 'running',
    ImageReference: 'registry.test/image',
    GroupIds: [],
    NetworkInterfaceIds: [],
    DisableApiTermination: false,
    DisableApiStop: false,
    InstanceInitiatedShutdownBehavior: 'stop',
    Placement: { AvailabilityZone: 'us-east-1a' },
    RootDeviceName: '/dev/sda1',
    ...fields,
  }))
}
