import { instances } from '@nexqloud/control'
import { kinds } from '@nexqloud/kube'
import { expect, test, vi } from 'vitest'

import { createInstance, podIsReady, soon, web } from '../test/instance.ts'
import { openNetwork } from '../test/network.ts'
import { ask, startOrigin } from '../test/origin.ts'
import { addresses } from './route/address.ts'

test('an instance answers at its own address and by its name, and its pod gives the address as its IP', async () => {
  const network = await openNetwork()
  await network.join('device-1')
  const port = await startOrigin()
  await createInstance(network.client, { ports: [{ containerPort: port }] })
  const pod = await podIsReady(network.client)
  const address = pod.status?.podIP ?? ''
  expect(address).toMatch(/^127\.67\.\d+\.\d+$/)
  expect(await ask(`http://${address}:${port}/`)).toBe('origin')
  expect((await network.client.get(addresses, { name: address })).spec.instance).toEqual(web)
})

test('an instance that moves keeps its address, and answers late while it does', async () => {
  const network = await openNetwork()
  const agents = [await network.join('device-1'), await network.join('device-2')]
  const port = await startOrigin()
  await createInstance(network.client, { ports: [{ containerPort: port }] })
  const first = await podIsReady(network.client)
  const address = first.status?.podIP ?? ''
  const left = agents.find(({ name }) => name === first.spec?.nodeName)
  left?.drain.set(true)
  await vi.waitFor(async () => {
    const pod = await network.client.get(kinds.pods, web)
    expect(pod.metadata?.deletionTimestamp ?? pod.spec?.nodeName).not.toBe(left?.name)
  }, soon)
  expect(await ask(`http://${address}:${port}/`)).toBe('origin')
  const second = await podIsReady(network.client, left?.name)
  expect(second.status?.podIP).toBe(address)
})

test('an instance that was stopped says so at its address, and waits for nobody', async () => {
  const { client, join } = await openNetwork()
  await join('device-1')
  await createInstance(client, { ports: [{ name: 'http', containerPort: 8088 }] })
  const { status } = await podIsReady(client)
  const body = { spec: { runStrategy: 'Halted' } }
  await client.patch(instances, web, { type: 'merge', body })
  const answer = await vi.waitFor(async () => {
    const response = await fetch(`http://${status?.podIP}:8088/`)
    expect(response.status).toBe(503)
    return response.text()
  }, soon)
  expect(answer).toBe('default/web was stopped. Whoever owns it may start it again.\n')
})

test('a frozen instance keeps its address, and says there who finds why', async () => {
  const { client, join } = await openNetwork()
  await join('device-1')
  await createInstance(client, { ports: [{ name: 'http', containerPort: 8088 }] })
  const { status } = await podIsReady(client)
  const frozen = { reason: 'FundsTooLow', message: 'too little to spend', at: '' }
  const subresource = 'status'
  await client.patch(
    instances,
    { ...web, subresource },
    { type: 'merge', body: { status: { frozen } } },
  )
  const answer = await vi.waitFor(async () => {
    const response = await fetch(`http://${status?.podIP}:8088/`)
    expect(response.status).toBe(503)
    return response.text()
  }, soon)
  expect(answer).toBe(
    'default/web is frozen. Whoever owns it finds why, and what to do, with: nexqloud why web\n',
  )
})

test('an address goes back when nothing of its instance is left', async () => {
  const network = await openNetwork()
  await network.join('device-1')
  await createInstance(network.client)
  await podIsReady(network.client)
  await network.client.delete(instances, web)
  await vi.waitFor(
    async () => expect((await network.client.list(addresses)).items).toEqual([]),
    soon,
  )
  expect((await network.client.list(kinds.pods)).items).toEqual([])
})

test('a secret that a pod pulls with and that is not there is named in its events', async () => {
  const { client, join } = await openNetwork()
  await join('device-1')
  const containers = [{ name: 'main', image: 'registry.test/a/web:1' }]
  const spec = { schedulerName: 'nexqloud', containers, imagePullSecrets: [{ name: 'absent' }] }
  await client.create(kinds.pods, { namespace: 'default' }, { metadata: { name: 'web' }, spec })
  await vi.waitFor(async () => {
    const { items } = await client.list(kinds.events)
    const told = items.filter(({ reason }) => reason === 'FailedToRetrieveImagePullSecret')
    expect(told).toMatchObject([{ message: expect.stringContaining('The secret absent,') }])
  }, soon)
})
