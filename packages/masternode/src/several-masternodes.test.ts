import { kinds } from '@nexqloud/kube'
import { expect, test, vi } from 'vitest'

import { createInstance, podIsReady, soon } from '../test/instance.ts'
import { ask, startOrigin } from '../test/origin.ts'
import { openRegion, type Region } from '../test/region.ts'

test('a device has links to all of its masternodes, and one of them drives it', async () => {
  const region = await openRegion(3)
  await region.join('device-1')
  await createInstance(region.client)
  await podIsReady(region.client)
  expect(region.masternodes.map(({ devices }) => devices.linkOf('device-1') !== undefined)).toEqual(
    [true, true, true],
  )
  expect(await holderOf(region, 'device-1')).toMatch(/^masternode-\d$/)
  expect(region.failures).toEqual([])
})

test('what a masternode did is done by another one when it leaves, and no container is touched', async () => {
  const region = await openRegion(3)
  const agents = await Promise.all([region.join('device-1'), region.join('device-2')])
  const port = await startOrigin()
  await createInstance(region.client, { ports: [{ containerPort: port }] })
  const pod = await podIsReady(region.client)
  const [address, device] = [pod.status?.podIP ?? '', pod.spec?.nodeName ?? '']
  const agent = agents.find(({ name }) => name === device)
  const before = await agent?.containers()
  for (let leaving = 0; leaving < 2; leaving += 1) {
    const holder = await holderOf(region, device)
    await region.masternodes[Number(holder.split('-')[1]) - 1]?.close()
    await vi.waitFor(async () => expect(await holderOf(region, device)).not.toBe(holder), soon)
    await vi.waitFor(
      async () => expect(await ask(`http://${address}:${port}/`)).toBe('origin'),
      soon,
    )
    expect(await agent?.containers()).toEqual(before)
  }
  const { items } = await region.client.list(kinds.pods, { namespace: 'default' })
  expect(items.map(({ metadata }) => metadata?.uid)).toEqual([pod.metadata?.uid])
}, 60_000)

test('who is cut off from the Kubernetes API alone is followed, and no container is touched when it is back, either', async () => {
  const region = await openRegion(3)
  const agent = await region.join('device-1')
  const port = await startOrigin()
  await createInstance(region.client, { ports: [{ containerPort: port }] })
  const pod = await podIsReady(region.client)
  const before = await agent.containers()
  const first = await holderOf(region, 'device-1')
  const number = Number(first.split('-')[1])
  region.cutApi(number, true)
  await vi.waitFor(async () => expect(await holderOf(region, 'device-1')).not.toBe(first), soon)
  const second = await holderOf(region, 'device-1')
  const answers = async () =>
    expect(await ask(`http://${pod.status?.podIP}:${port}/`)).toBe('origin')
  await vi.waitFor(answers, soon)
  region.cutApi(number, false)
  const leases = { namespace: 'nexqloud-system', name: first }
  const { spec } = await region.client.get(kinds.leases, leases)
  await vi.waitFor(async () => {
    const now = await region.client.get(kinds.leases, leases)
    expect(now.spec?.renewTime).not.toBe(spec?.renewTime)
  }, soon)
  await answers()
  expect(await holderOf(region, 'device-1')).toBe(second)
  expect(await agent.containers()).toEqual(before)
  expect((await podIsReady(region.client)).metadata?.uid).toBe(pod.metadata?.uid)
}, 60_000)

async function holderOf({ client }: Region, task: string): Promise<string> {
  const name = { namespace: 'nexqloud-system', name: task }
  return (await client.get(kinds.leases, name)).spec?.holderIdentity ?? ''
}
