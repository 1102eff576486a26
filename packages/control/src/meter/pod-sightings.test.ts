import { kinds } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { openMeterLab } from '../../test/meter-lab.ts'
import { podOf } from '../../test/objects.ts'

test('pods that are made again before they are paid for compute for ten minutes an hour at most', async () => {
  const { dial, pass, client, createPod, ledger, nowSeconds } = await openMeterLab()
  const device = dial('device-1', 'owner')
  device.isObedient = false
  const start = nowSeconds()
  for (let round = 0; round < 30; round += 1) {
    const { metadata } = await createPod(podOf(`p${round}`))
    await pass(2)
    const conditions = [{ type: 'Ready', status: 'False' }]
    device.report(metadata?.uid ?? '', { status: { phase: 'Running', conditions } })
    await pass(57)
    await client.delete(
      kinds.pods,
      { namespace: 'default', name: `p${round}` },
      { gracePeriodSeconds: 0 },
    )
    await pass(1)
  }
  const paid = [...ledger.leases.values()].reduce(
    (sum, { startedAt, end = nowSeconds() }) => sum + end - startedAt,
    0,
  )
  expect(nowSeconds() - start - paid).toBeLessThan(720)
})
