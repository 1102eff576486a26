import { kinds } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { openMeterLab } from '../../test/meter-lab.ts'
import { asking, podOf } from '../../test/objects.ts'
import type { Instance } from '../heal/instance.ts'

/** What a small instance of the lab costs: wei a second. */
const RATE = 4000n
const small = podOf('small', asking({ cpu: '100m', memory: '128Mi' })).spec

test('an account whose leases open and close all the time is warned, and runs nothing unpaid beyond its grace', async () => {
  const { client, money, network, dial, pass, halt, frozen, ledger } = await openMeterLab()
  money.deposited = 8000n * RATE
  money.maxRate = 4n * RATE
  dial('device-1', 'owner')
  const busy = ['a', 'b', 'c', 'd']
  const spec = small as Instance['spec']['template']['spec']
  for (const name of busy) await network.createInstance(name, { spec })
  // What it costs alone is more than the account allows.
  await network.createInstance('greedy')
  for (let second = 0; second < 100; second += 1) {
    await halt(busy[second % 4]!, second % 8 < 4)
    await pass(1)
  }
  // What the account does not allow is tried by the clock alone, though each closing gives it a buffer back.
  const opened = ledger.done.filter((each) => each.startsWith('open')).length
  expect(ledger.asked - opened).toBeLessThan(5)
  expect(ledger.done.length).toBeGreaterThan(50)
  expect(await frozen()).toEqual(['greedy'])
  const { items } = await client.list(kinds.events, { namespace: 'default' })
  expect(items.filter(({ reason }) => reason === 'RunwayShort')).not.toEqual([])
})
