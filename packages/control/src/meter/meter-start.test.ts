import { expect, test } from 'vitest'

import { openCluster } from '../../test/cluster.ts'
import { createMemoryLedger } from '../../test/memory-ledger.ts'
import { instances } from '../heal/instance.ts'
import { runMeter } from './meter.ts'

test('a meter that is the first on an API makes known there what it follows', async () => {
  const { client, clock, signal, failures, onFailure } = await openCluster()
  void runMeter({ client, clock, ledger: createMemoryLedger(clock), onFailure }, signal)
  await clock.pass(5000)
  expect((await client.list(instances, {})).items).toEqual([])
  expect(failures).toEqual([])
})
