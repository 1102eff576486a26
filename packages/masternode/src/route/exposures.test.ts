import { defineInstances, instances } from '@nexqloud/control'
import type { Route } from '@nexqloud/gateway'
import { systemClock } from '@nexqloud/kernel'
import {
  ADMINISTRATORS,
  createInProcessTransport,
  createKubeClient,
  createMemoryDisk,
  openApiServer,
  openObjectStore,
  type KubeClient,
} from '@nexqloud/kube'
import { expect, onTestFinished, test, vi } from 'vitest'

import { soon } from '../../test/instance.ts'
import { addresses } from './address.ts'
import { Exposures } from './exposures.ts'
import { createRouter } from './router.ts'

const LABEL = 'test/elsewhere'
const spec = { schedulerName: 'nexqloud', containers: [{ name: 'main', image: 'a.test/b:1' }] }
const exposure = {
  address: '127.68.0.1',
  podAddress: '127.68.0.1',
  hostnames: ['public.test'],
  ports: [{ port: 22, protocol: 'tcp' }],
} as const

test('what others say where it is reached gets no address here, and is nowhere until they say it', async () => {
  const { client, exposures, router, routes } = await setup()
  await create(client, 'own', {})
  await create(client, 'others', { [LABEL]: 'x' })
  await vi.waitFor(() => expect(routes.has('default/own')).toBe(true), soon)
  expect(routes.has('default/others')).toBe(false)

  exposures.set(new Map([['default/others', exposure]]), ['default/others'])
  await vi.waitFor(() => expect(routes.has('default/others')).toBe(true), soon)
  const { podAddress: _, ...route } = exposure
  expect(routes.get('default/others')).toEqual({ ...route, id: 'default/others' })
  expect(router.addressOf('default/others')).toBe('127.68.0.1')

  exposures.set(new Map(), ['default/others'])
  await vi.waitFor(() => expect(routes.has('default/others')).toBe(false), soon)
  const { items } = await client.list(addresses, {})
  expect(items.map((item) => item.spec.instance.name)).toEqual(['own'])
})

async function create(
  client: KubeClient,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  const instance = { metadata: { name, labels }, spec: { template: { spec } } }
  await client.create(instances, { namespace: 'default' }, instance)
}

/** A router that leads, and what the gateway was told by it. */
async function setup() {
  const fail = vi.fn<(failure: unknown) => void>()
  const store = await openObjectStore(createMemoryDisk())
  const server = await openApiServer({ store, clock: systemClock, onInternalError: fail })
  const user = { name: 'masternode', groups: [ADMINISTRATORS] }
  const client = createKubeClient(createInProcessTransport(server, user))
  await defineInstances(client)
  const over = new AbortController()
  const routes = new Map<string, Route>()
  const exposures = new Exposures(LABEL)
  const router = createRouter({
    client,
    clock: systemClock,
    gateway: {
      publish: (route) => void routes.set(route.id, route),
      attach: () => {},
      withdraw: (id) => void routes.delete(id),
    },
    pool: '127.67.0.0/16',
    domain: 'test',
    exposures,
    muxOf: () => undefined,
    onAddress: () => {},
    drives: () => false,
    leads: () => true,
    isServed: () => true,
    onFailure: fail,
  })
  const running = router.run(over.signal)
  onTestFinished(async () => {
    over.abort()
    await running
    server.close()
    await store.close()
    expect(fail).not.toHaveBeenCalled()
  })
  return { client, exposures, router, routes }
}
