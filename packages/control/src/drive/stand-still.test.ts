import { kinds } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { openCluster } from '../../test/cluster.ts'
import { connectMemoryDevice } from '../../test/memory-device.ts'
import type { Node } from '../object/object.ts'
import { createDriver } from './driver.ts'

test('a masternode that stood still takes no device for lost that it could not hear', async () => {
  const { client, clock, signal, onFailure, sees } = await openCluster()
  const driver = createDriver({ client, clock, onFailure, identity: 'masternode-1' })
  void driver.run(signal)
  const there = connectMemoryDevice(driver, 'there')
  connectMemoryDevice(driver, 'gone')
  for (const name of ['there', 'gone']) await sees(kinds.nodes, { name }, isReady)
  await clock.pass(3000)
  there.session.heartbeat()
  await clock.standStill(60_000)
  const states = async () => {
    const { items } = await client.list(kinds.nodes)
    return Object.fromEntries(items.map((node) => [node.metadata?.name, isReady(node)]))
  }
  for (const passMs of [0, 1000, 3000]) {
    await clock.pass(passMs)
    expect(await states()).toEqual({ there: true, gone: true })
  }
  there.session.heartbeat()
  await clock.pass(2000)
  expect(await states()).toEqual({ there: true, gone: false })
})

function isReady({ status }: Node): boolean {
  return (
    status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true
  )
}
