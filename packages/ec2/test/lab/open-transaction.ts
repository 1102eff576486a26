import { systemClock } from '@nexqloud/kernel'
import type { KubeClient } from '@nexqloud/kube'

import { openRegion } from '../../src/action/vpc/open-region.ts'
import { createAddressPool } from '../../src/address/address-pool.ts'
import { createObedientMachines } from '../../src/machine/machines.ts'
import { ResourceView } from '../../src/resource/resource-view.ts'
import { Transaction } from '../../src/resource/transaction.ts'
import { createObedientVolumes } from '../../src/volume/volumes.ts'
import { labImages } from './lab-images.ts'

/** Opens a transaction of an account that has nothing but what it is given in a region: rules are tried on it, and nothing is written. */
export function openTransaction(zoneCount = 2): Transaction {
  const region = 'us-west-2'
  const view = new ResourceView({
    client: {} as KubeClient,
    clock: systemClock,
    onFailure: () => {},
  })
  const zones = Array.from({ length: zoneCount }, (_, at) => ({
    name: `${region}-zone-${at + 1}`,
    id: `az${at + 1}`,
  }))
  const account = { id: '123456789012', namespace: 'default' }
  const transaction = new Transaction({
    view,
    regions: [{ name: region, zones }],
    caller: {
      account,
      region,
      arn: `arn:aws:iam::${account.id}:root`,
      userId: account.id,
      accessKeyId: 'NQIAEXAMPLE',
    },
    nowMs: Date.parse('2026-11-26T12:00:00Z'),
    machines: createObedientMachines(() => 0),
    volumes: createObedientVolumes(),
    images: labImages,
    publicAddresses: createAddressPool({
      blocksOf: () => ['203.0.113.0/24'],
      domain: 'compute.test',
    }),
  })
  openRegion(transaction)
  return transaction
}
