import { createManualClock } from '@nexqloud/kernel'
import { kinds } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { openMeterLab } from '../../test/meter-lab.ts'
import { podOf } from '../../test/objects.ts'
import { PodSightings } from './pod-sightings.ts'

test('what one account runs for nothing is counted together, in however many namespaces', async () => {
  const clock = createManualClock()
  const sightings = new PodSightings(clock)
  const run = async (name: string, seconds: number): Promise<void> => {
    const pod = { ...podOf(name), metadata: { name, uid: name, namespace: name } }
    sightings.see({ ...pod, status: { phase: 'Running' } }, 'payer')
    await clock.pass(seconds * 1000)
    sightings.forget(pod)
  }
  for (let count = 0; count < 12; count += 1) await run(`p${count}`, 55)
  const pod = { ...podOf('last'), metadata: { name: 'last', uid: 'last', namespace: 'another' } }
  sightings.see({ ...pod, status: { phase: 'Running' } }, 'payer')
  expect(sightings.paidSince(pod)).toBe(Math.floor(clock.wallMs() / 1000))
})

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
