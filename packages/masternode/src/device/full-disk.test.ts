import { instances } from '@nexqloud/control'
import { kinds } from '@nexqloud/kube'
import { expect, test, vi } from 'vitest'

import { createInstance, podIsReady, soon, web } from '../../test/instance.ts'
import { openNetwork } from '../../test/network.ts'

test('what a device with a full disk cannot take runs elsewhere, and its link and what it runs stay', async () => {
  const network = await openNetwork()
  const full = await network.join('device-1')
  await createInstance(network.client)
  const first = await podIsReady(network.client)
  full.disk.isFull = true
  await createBarePod('bare')
  await vi.waitFor(async () => {
    const { status } = await network.client.get(kinds.pods, { ...web, name: 'bare' })
    expect(status).toMatchObject({
      phase: 'Failed',
      reason: 'DeviceDiskFull',
      message: "It was not started: the device's disk is full (ENOSPC).",
    })
  }, soon)
  await vi.waitFor(async () => {
    const { spec } = await network.client.get(kinds.nodes, { name: 'device-1' })
    expect(spec?.taints).toMatchObject([{ key: 'node.kubernetes.io/disk-pressure' }])
  }, soon)
  await createInstance(network.client, {}, 'second')
  await vi.waitFor(async () => {
    const { status } = await network.client.get(kinds.pods, { ...web, name: 'second' })
    expect(status?.conditions).toMatchObject([
      {
        type: 'PodScheduled',
        message: 'blocked by full disks: the only device has a disk that is full',
      },
    ])
  }, soon)
  const { status } = await network.client.get(instances, { ...web, name: 'second' })
  expect(status?.lastStop).toBeUndefined()
  await network.join('device-2')
  const moved = await podIsReady(network.client, 'device-1', 'second')
  expect(moved.spec?.nodeName).toBe('device-2')
  expect(await full.running()).toEqual([expect.stringContaining(first.metadata?.uid ?? '')])
  expect(full.events.map(({ name }) => name)).toEqual(['linked'])
  expect(network.failures).toEqual([])

  async function createBarePod(name: string): Promise<void> {
    const spec = {
      schedulerName: 'nexqloud',
      containers: [{ name: 'main', image: 'registry.test/a/web:1' }],
    }
    await network.client.create(kinds.pods, { namespace: 'default' }, { metadata: { name }, spec })
  }
}, 40_000)

test('a pod is ended on a full disk, is gone once there is room, and what comes then is taken', async () => {
  const network = await openNetwork()
  const full = await network.join('device-1')
  await createInstance(network.client)
  await podIsReady(network.client)
  full.disk.isFull = true
  await network.client.delete(instances, web)
  await vi.waitFor(async () => expect(await full.running()).toEqual([]), soon)
  expect((await network.client.list(kinds.pods)).items).toHaveLength(1)
  full.disk.isFull = false
  await vi.waitFor(async () => {
    expect((await network.client.list(kinds.pods)).items).toEqual([])
  }, soon)
  await createInstance(network.client, {}, 'second')
  await podIsReady(network.client, '', 'second')
}, 40_000)
