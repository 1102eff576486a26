import { once } from 'node:events'
import { PassThrough } from 'node:stream'

import {
  CoreV1Api,
  Exec,
  KubeConfig,
  Log,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  Watch,
  type V1Pod,
} from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { createFakeStreams } from '../test/fake-streams.ts'
import { serveEmbedded } from './served-embedded.ts'

const namespace = 'default'
const config = new KubeConfig()
let served: Awaited<ReturnType<typeof serveEmbedded>>
let api: CoreV1Api

beforeAll(async () => {
  served = await serveEmbedded({ streams: createFakeStreams() })
  config.loadFromString(served.kubeconfig())
  api = config.makeApiClient(CoreV1Api)
  await api.createNamespacedPod({ namespace, body: podOf('web') })
})
afterAll(async () => {
  await served.close()
})

test('the official client creates, lists, patches and is told of conflicts', async () => {
  const { items } = await api.listNamespacedPod({
    namespace,
    fieldSelector: 'spec.nodeName=node-a',
  })
  expect(items.map(({ metadata }) => metadata?.name)).toEqual(['web'])
  expect(items[0]?.metadata?.creationTimestamp).toBeInstanceOf(Date)
  const patch = [{ op: 'add', path: '/metadata/labels', value: { a: 'b' } }]
  const patched = await api.patchNamespacedPod({ namespace, name: 'web', body: patch })
  expect(patched.metadata?.labels).toEqual({ a: 'b' })
  const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)
  const stale = { metadata: { resourceVersion: '1', labels: { a: 'c' } } }
  await expect(
    api.patchNamespacedPod({ namespace, name: 'web', body: stale }, merge),
  ).rejects.toMatchObject({ code: 409 })
})

test('its informer and its watch follow', async () => {
  const seen = new PassThrough({ objectMode: true })
  const list = () => api.listNamespacedPod({ namespace })
  const informer = makeInformer<V1Pod>(config, `/api/v1/namespaces/${namespace}/pods`, list)
  informer.on('add', ({ metadata }) => seen.write(`add ${metadata?.name}`))
  informer.on('delete', ({ metadata }) => seen.write(`delete ${metadata?.name}`))
  await informer.start()
  const watched: string[] = []
  const controller = await new Watch(config).watch(
    `/api/v1/namespaces/${namespace}/pods`,
    {},
    (type: string, { metadata }: V1Pod) => watched.push(`${type} ${metadata?.name}`),
    () => {},
  )
  await api.createNamespacedPod({ namespace, body: podOf('second') })
  await api.deleteNamespacedPod({ namespace, name: 'second', gracePeriodSeconds: 0 })
  const changes: unknown[] = []
  for await (const change of seen) if (changes.push(change) === 3) break
  expect(changes).toEqual(['add web', 'add second', 'delete second'])
  expect(watched).toEqual(expect.arrayContaining(['ADDED web', 'ADDED second']))
  controller.abort()
  await informer.stop()
})

test('it reads logs, and runs commands', async () => {
  const log = new PassThrough()
  await new Log(config).log(namespace, 'web', 'c', log, { tailLines: 1 })
  expect(String((await once(log, 'data'))[0])).toBe('web/c on node-a: 2\n')
  const [input, output] = [new PassThrough(), new PassThrough()]
  const ended = Promise.withResolvers<string | undefined>()
  const tell = ({ status }: { readonly status?: string }) => ended.resolve(status)
  const command = ['echo', 'hi']
  await new Exec(config).exec(namespace, 'web', 'c', command, output, output, input, false, tell)
  expect(String((await once(output, 'data'))[0])).toBe('hi\n')
  expect(await ended.promise).toBe('Success')
})

function podOf(name: string): V1Pod {
  return {
    metadata: { name },
    spec: { nodeName: 'node-a', containers: [{ name: 'c', image: 'x' }] },
  }
}
