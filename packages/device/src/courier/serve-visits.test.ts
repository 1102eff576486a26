import { afterEach, expect, test } from 'vitest'

import { createPod } from '../../test/memory-device.ts'
import { startAgent } from '../../test/running-agent.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

test('a container that asks in a loop is refused, and another one is asked for', async () => {
  const { drive, device, visit } = await startAgent(closers)
  const asked = { door: 'metadata', method: 'GET', target: '/', headers: {}, body: '' } as const
  const masternode = drive()
  await device.clock.pass(0)
  void masternode.peer.request('assign', { term: 1, serial: 1, pods: [createPod('a')] })
  await device.clock.pass(500)
  const greedy = { ...asked, address: '127.0.0.9' }
  for (let count = 1; count <= 50; count += 1) expect(await visit(greedy)).toBeUndefined()
  await expect(visit(greedy)).rejects.toMatchObject({ code: 'DEVICE_VISITS_TOO_MANY' })
  expect(await visit({ ...asked, address: '127.0.0.1' })).toMatchObject({ status: 200 })
  await device.clock.pass(200)
  expect(await visit(greedy)).toBeUndefined()
  await expect(visit(greedy)).rejects.toMatchObject({ kind: 'unavailable' })
})

test('what a pod asks is asked of whoever drives the device, and of nobody else', async () => {
  const { drive, device, visit } = await startAgent(closers)
  const asked = {
    door: 'metadata',
    method: 'GET',
    target: '/',
    headers: {},
    body: 'c2FpZA==',
  } as const
  const masternode = drive()
  await device.clock.pass(0)
  // One pod: in memory all have the same address.
  void masternode.peer.request('assign', { term: 1, serial: 1, pods: [createPod('a')] })
  await device.clock.pass(500)
  const told = await visit({ ...asked, address: '127.0.0.1' })
  expect(told).toMatchObject({ status: 200, headers: { 'x-asked': 'metadata' } })
  expect(JSON.parse(Buffer.from(told?.body ?? '', 'base64').toString())).toEqual({
    ...asked,
    uid: 'a',
  })
  expect(await visit({ ...asked, address: '127.0.0.2' })).toBeUndefined()
  expect(masternode.questions).toHaveLength(1)
  masternode.peer.close('The masternode leaves.')
  await device.clock.pass(0)
  const alone = visit({ ...asked, address: '127.0.0.1' })
  await expect(alone).rejects.toMatchObject({ code: 'DEVICE_NOT_DRIVEN' })
})
