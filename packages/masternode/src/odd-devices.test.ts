import { setTimeout as wait } from 'node:timers/promises'

import { systemClock } from '@nexqloud/kernel'
import { kinds, type KubeClient } from '@nexqloud/kube'
import { expect, test, vi } from 'vitest'

import { createInstance, podIsReady, soon } from '../test/instance.ts'
import { openRegion } from '../test/region.ts'
import { createNetworkClock } from './clock/network-clock.ts'

const DAY_MS = 86_400_000
const FLAPS = 5

test('a device whose clock is a day off runs what it is given, and its node and the events say so', async () => {
  const region = await openRegion(3)
  const clock = { ...systemClock, wallMs: () => Date.now() + DAY_MS }
  await region.join('device-1', { clock })
  await createInstance(region.client)
  await podIsReady(region.client)
  const node = await region.client.get(kinds.nodes, { name: 'device-1' })
  const off = node.status?.conditions?.find(({ type }) => type === 'ClockOff')
  expect(off?.message).toMatch(/^Its clock is some 24 hours ahead: /)
  await vi.waitFor(async () => {
    expect(await reasonsOf(region.client)).toEqual(
      expect.arrayContaining(['DeviceLive', 'DeviceClockOff']),
    )
  }, soon)
  expect(region.failures).toEqual([])
})

test('a masternode whose own clock is a day off blames none of its devices', async () => {
  const off: number[] = []
  const clock = createNetworkClock({
    clock: { ...systemClock, wallMs: () => Date.now() + DAY_MS },
    onOff: (ms) => off.push(ms),
    onRight: () => {},
  })
  const seconds = Math.floor(Date.now() / 1000)
  const askedMs = clock.steadyMs()
  clock.see({ number: 1n, seconds: seconds - 60 }, askedMs)
  clock.see({ number: 2n, seconds }, askedMs)
  const region = await openRegion(2, undefined, clock)
  await region.join('device-1')
  await createInstance(region.client)
  await podIsReady(region.client)
  const { status } = await region.client.get(kinds.nodes, { name: 'device-1' })
  expect(status?.conditions?.map(({ type }) => type)).toEqual(['Ready'])
  expect(off).toHaveLength(1)
})

test('a device whose links flap keeps its driver and its containers, and nothing is told of it', async () => {
  const region = await openRegion(3)
  const agent = await region.join('device-1')
  await createInstance(region.client)
  const { metadata } = await podIsReady(region.client)
  const before = await agent.containers()
  for (let flap = 0; flap < FLAPS; flap += 1) {
    for (const number of [1, 2, 3]) region.cut(number, true)
    await wait(500)
    for (const number of [1, 2, 3]) region.cut(number, false)
    await vi.waitFor(() => {
      const links = region.masternodes.map(({ devices }) => devices.linkOf('device-1'))
      expect(links.filter((link) => link === undefined)).toEqual([])
    }, soon)
  }
  expect(await agent.containers()).toEqual(before)
  expect((await podIsReady(region.client)).metadata?.uid).toBe(metadata?.uid)
  expect((await reasonsOf(region.client)).toSorted()).toEqual(['DeviceDriven', 'DeviceLive'])
  // A link may be cut before its first message.
  expect(region.failures.filter((failure) => !failure.endsWith('Cut.'))).toEqual([])
})

/** Returns why events of nodes were written. */
async function reasonsOf(client: KubeClient): Promise<readonly string[]> {
  const { items } = await client.list(kinds.events)
  return items
    .filter(({ involvedObject }) => involvedObject.kind === 'Node')
    .map(({ reason = '' }) => reason)
}
