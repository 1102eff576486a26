import { afterEach, expect, test } from 'vitest'

import { createPod } from '../../test/memory-device.ts'
import { startAgent } from '../../test/running-agent.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

test('the address that a masternode sees the device at is closed to its containers, and stays so when another says none', async () => {
  const { device, drive } = await startAgent(closers)
  const masternode = drive()
  await device.clock.pass(0)
  await masternode.peer.request('assign', { term: 1, serial: 1, pods: [createPod('a')] })
  masternode.peer.notify('standing', { line: '203.0.113.1' })
  await device.clock.pass(1000)
  expect(device.firewall.lineOf('device')).toBe('203.0.113.1')
  masternode.peer.notify('standing', {})
  await masternode.peer.request('assign', { term: 1, serial: 2, pods: [] })
  await device.clock.pass(5000)
  expect(device.firewall.lineOf('device')).toBe('203.0.113.1')
  expect(device.faults).toEqual([])
})
