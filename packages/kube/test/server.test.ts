import { expect, test } from 'vitest'

import { kinds } from '../src/client/kind.ts'
import { pathOf } from '../src/client/kind.ts'
import { createKubeClient } from '../src/client/kube-client.ts'
import type { Json } from '../src/json.ts'
import { StoreFailedError } from '../src/store/errors.ts'
import { createMemoryDisk } from '../src/store/memory-disk.ts'
import { openObjectStore } from '../src/store/object-store.ts'
import { podOf, refusalOf } from './conformance/bench.ts'
import { openEmbedded } from './embedded.ts'
import { defineThings, thingOf, things } from './things.ts'

const namespace = 'default'

test('a watch goes on from its version after a restart of the server', async () => {
  const disk = createMemoryDisk()
  const before = await openEmbedded({ store: await openObjectStore(disk) })
  const client = createKubeClient(before.transport)
  const { resourceVersion } = await client.list(kinds.pods)
  await client.create(kinds.pods, { namespace }, podOf('a'))
  before.server.close()
  const after = await openEmbedded({ store: await openObjectStore(disk) })
  const query = { watch: 'true', resourceVersion, timeoutSeconds: '1' }
  const watch = after.transport.watch({ method: 'GET', path: '/api/v1/pods', query })
  expect(await firstOf(watch)).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'a' } } })
})

test('a watch from a forgotten version is told so, and one from the future refused', async () => {
  const { transport } = await openEmbedded({ retainedEvents: 0 })
  const client = createKubeClient(transport)
  const label = (n: number) =>
    ({ type: 'merge', body: { metadata: { labels: { n: String(n) } } } }) as const
  for (let n = 0; n < 1001; n += 1)
    await client.patch(kinds.namespaces, { name: namespace }, label(n))
  const watchFrom = (resourceVersion: string) =>
    firstOf(client.watch(kinds.pods, { resourceVersion }) as AsyncIterable<unknown>)
  expect(await refusalOf(watchFrom('1'))).toMatchInlineSnapshot(`
    {
      "apiVersion": "v1",
      "code": 410,
      "kind": "Status",
      "message": "too old resource version: 1 (1000)",
      "metadata": {},
      "reason": "Expired",
      "status": "Failure",
    }
  `)
  expect(await refusalOf(watchFrom('99999'))).toMatchObject({ code: 504, reason: 'Timeout' })
})

test('a watch that nobody reads is ended, and what it missed does not pile up', async () => {
  const { transport } = await openEmbedded({ retainedLength: 2000 })
  const client = createKubeClient(transport)
  const events = client.watch(kinds.configMaps, { resourceVersion: '4' })[Symbol.asyncIterator]()
  const first = events.next()
  const data = { text: 'x'.repeat(500) }
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
    await client.create(kinds.configMaps, { namespace }, { metadata: { name }, data })
  }
  await first
  const rest = (async () => {
    while ((await events.next()).done !== true);
  })()
  expect(await refusalOf(rest)).toMatchObject({ code: 410, reason: 'Expired' })
})

test('a watch of what is quiet goes on, however much else is written and forgotten', async () => {
  const { transport, store } = await openEmbedded({
    watches: { bookmarkMs: 300 },
    retainedLength: 10_000,
  })
  const client = createKubeClient(transport)
  const where = { resourceVersion: String(store.revision()), timeoutSeconds: 30 }
  const events = client.watch(kinds.nodes, where)[Symbol.asyncIterator]()
  const next = events.next()
  for (let count = 0; count < 50; count += 1) {
    const data = { text: 'x'.repeat(1000) }
    await client.create(kinds.configMaps, { namespace }, { metadata: { name: `a${count}` }, data })
  }
  expect(store.compacted()).toBeGreaterThan(30)
  expect((await next).value).toMatchObject({ type: 'BOOKMARK' })
  await client.create(kinds.nodes, {}, { metadata: { name: 'n' } })
  expect((await events.next()).value).toMatchObject({ type: 'ADDED' })
  await events.return?.()
})

test('a quiet watch gets bookmarks, and ends when its time is over', async () => {
  const { transport } = await openEmbedded({ watches: { bookmarkMs: 5 } })
  const seen: string[] = []
  const watch = createKubeClient(transport).watch(kinds.pods, {
    resourceVersion: '4',
    timeoutSeconds: 1,
  })
  for await (const { type, object } of watch) {
    if (seen.push(`${type} ${object.metadata?.resourceVersion}`) === 2) break
  }
  expect(seen).toEqual(['BOOKMARK 4', 'BOOKMARK 4'])
})

test('a namespace goes with all that is in it, once its last pod has ended', async () => {
  const { transport } = await openEmbedded()
  const client = createKubeClient(transport)
  const at = (name: string) => ({ namespace: 'own', name })
  await client.create(kinds.namespaces, {}, { metadata: { name: 'own' } })
  await client.create(kinds.secrets, at('s'), { metadata: { name: 's' } })
  await client.create(kinds.pods, at('p'), podOf('p', { nodeName: 'node-a' }))
  await client.delete(kinds.namespaces, { name: 'own' })
  expect((await client.get(kinds.namespaces, { name: 'own' })).status?.phase).toBe('Terminating')
  expect(await refusalOf(client.get(kinds.secrets, at('s')))).toMatchObject({ code: 404 })
  const late = client.create(kinds.secrets, at('late'), { metadata: { name: 'late' } })
  expect(await refusalOf(late)).toMatchObject({ code: 403 })
  await client.delete(kinds.pods, at('p'), { gracePeriodSeconds: 0 })
  expect(await refusalOf(client.get(kinds.namespaces, { name: 'own' }))).toMatchObject({
    code: 404,
  })
})

test('nothing is created in a namespace once its end was asked for, though that is not on the disk yet', async () => {
  const disk = createMemoryDisk()
  const write: typeof disk.write = async (batch) => {
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
    await disk.write(batch)
  }
  const { transport, store } = await openEmbedded({
    store: await openObjectStore({ ...disk, write }),
  })
  const client = createKubeClient(transport)
  await client.create(kinds.namespaces, {}, { metadata: { name: 'own' } })
  const deleting = client.delete(kinds.namespaces, { name: 'own' })
  const creating: Promise<unknown>[] = []
  for (let turn = 0; turn < 10; turn += 1) {
    const name = `late-${turn}`
    const refused = () => undefined
    creating.push(
      client.create(kinds.secrets, { namespace: 'own' }, { metadata: { name } }).catch(refused),
    )
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
  }
  await Promise.all([deleting, ...creating])
  expect(store.get({ resource: 'namespaces', namespace: '', name: 'own' })).toBeUndefined()
  expect(store.list('secrets', 'own')).toEqual([])
})

test('objects of a definition go with it', async () => {
  const { transport, store } = await openEmbedded()
  const client = createKubeClient(transport)
  await client.create(kinds.customResourceDefinitions, {}, defineThings())
  await client.create(things, { namespace }, thingOf('x'))
  await client.delete(kinds.customResourceDefinitions, { name: 'things.a.b' })
  expect(store.list('things.a.b')).toEqual([])
  expect(await refusalOf(client.list(things))).toMatchObject({ code: 404 })
})

test('what is only tried is answered, and not written', async () => {
  const { transport, store } = await openEmbedded()
  const before = store.revision()
  const body = {
    mediaType: 'application/json',
    json: { ...podOf('x'), apiVersion: 'v1', kind: 'Pod' },
  }
  const path = pathOf(kinds.pods, { namespace })
  const made = await transport.call({ method: 'POST', path, query: { dryRun: 'All' }, body })
  expect(made).toMatchObject({ metadata: { name: 'x' }, status: { phase: 'Pending' } })
  expect(store.revision()).toBe(before)
})

test('an object that cannot be written down harms nobody else', async () => {
  const { transport } = await openEmbedded()
  const client = createKubeClient(transport)
  let deep: Json = 'x'
  for (let depth = 0; depth < 100_000; depth += 1) deep = [deep]
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  await client.create(kinds.customResourceDefinitions, {}, defineThings(schema))
  const thing = { ...thingOf('x'), deep }
  expect(await refusalOf(client.create(things, { namespace }, thing))).toMatchObject({ code: 500 })
  await client.create(kinds.configMaps, { namespace }, { metadata: { name: 'a' } })
})

test('a disk that is full is told to whoever writes, and reading goes on', async () => {
  const disk = createMemoryDisk()
  const failing = { ...disk, isFull: false }
  const write: typeof disk.write = async (batch) => {
    if (failing.isFull) throw new StoreFailedError('/data', new Error('ENOSPC'))
    await disk.write(batch)
  }
  const { transport } = await openEmbedded({ store: await openObjectStore({ ...disk, write }) })
  const client = createKubeClient(transport)
  failing.isFull = true
  const writing = client.create(kinds.configMaps, { namespace }, { metadata: { name: 'a' } })
  expect(await refusalOf(writing)).toMatchObject({
    code: 503,
    reason: 'ServiceUnavailable',
    message: 'The objects in /data cannot be written: the disk is full.',
  })
  expect((await client.list(kinds.namespaces)).items).toHaveLength(4)
})

test('objects are deleted one by one: what is chosen wrongly takes nothing else with it', async () => {
  const { transport, store } = await openEmbedded()
  await createKubeClient(transport).create(kinds.pods, { namespace }, podOf('a'))
  const all = { method: 'DELETE', path: pathOf(kinds.pods, { namespace }), query: {} } as const
  expect(await refusalOf(transport.call(all))).toMatchObject({ code: 405 })
  expect(store.list('pods')).toHaveLength(1)
})

test('one bad byte of a patch harms nobody', async () => {
  const { transport, failures } = await openEmbedded()
  const client = createKubeClient(transport)
  await client.create(kinds.pods, { namespace }, podOf('a'))
  const at = { namespace, name: 'a' }
  const bad = [
    { type: 'json', body: [{ op: 'add', path: '/__proto__/polluted', value: 1 }] },
    { type: 'json', body: [{ op: 'eat', path: '/metadata' }] },
    { type: 'json', body: [null] },
    { type: 'json', body: {} },
    { type: 'json', body: [{ op: 'remove', path: '' }] },
    { type: 'merge', body: [] },
    { type: 'merge', body: { metadata: 1 } },
    { type: 'strategic', body: { spec: { containers: [1, null, 'x'] } } },
    { type: 'strategic', body: { spec: { '$setElementOrder/containers': 7 } } },
    { type: 'merge', body: { kind: 'Node' } },
  ] as const
  for (const patch of bad) {
    const outcome = await client.patch(kinds.pods, at, patch).catch((failure: unknown) => failure)
    expect(outcome).not.toMatchObject({ reason: 'InternalError' })
  }
  expect(failures).toEqual([])
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  expect((await client.get(kinds.pods, at)).spec?.containers).toHaveLength(1)
})

async function firstOf<Item>(items: AsyncIterable<Item>): Promise<Item | undefined> {
  for await (const item of items) return item
  return undefined
}

test('tables carry what kubectl prints', async () => {
  const { server } = await openEmbedded()
  const ask = (accept: string) =>
    server.handle({
      method: 'GET',
      path: '/api/v1/namespaces',
      query: new URLSearchParams({ limit: '1' }),
      accept,
      contentType: '',
      body: undefined,
      user: { name: 'admin', groups: ['system:masters'] },
      signal: new AbortController().signal,
    })
  const { body } = await ask('application/json;as=Table;v=v1;g=meta.k8s.io,application/json')
  expect(body).toMatchObject({
    json: {
      kind: 'Table',
      columnDefinitions: [{ name: 'Name' }, { name: 'Status' }, { name: 'Age' }],
      rows: [{ cells: ['default', 'Active', '0s'], object: { kind: 'PartialObjectMetadata' } }],
      metadata: { remainingItemCount: 3 },
    },
  })
  expect(await ask('application/xml')).toMatchObject({ status: 406 })
})
