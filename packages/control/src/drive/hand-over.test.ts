import { kinds } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { openCluster } from '../../test/cluster.ts'
import { connectMemoryDevice } from '../../test/memory-device.ts'
import { createDriver } from './driver.ts'

test('a device that is handed over in silence is dark and lost as soon as it would have been', async () => {
  const { client, clock, signal, onFailure, sees } = await openCluster()
  const driver = createDriver({ client, clock, onFailure, identity: 'masternode-2' })
  void driver.run(signal)
  await clock.pass(20_000)
  const heardMs = clock.steadyMs() - 9000
  connectMemoryDevice(
    { connect: (link, facts) => driver.connect(link, facts, heardMs) },
    'device-1',
  )
  const reads = (reason: string) =>
    sees(kinds.nodes, { name: 'device-1' }, ({ status }) =>
      (status?.conditions ?? []).some((condition) => condition.reason === reason),
    )
  await reads('DeviceLive')
  await clock.pass(2000)
  await reads('DeviceDark')
  await clock.pass(20_000)
  expect((await reads('DeviceLost')).metadata?.name).toBe('device-1')
})
