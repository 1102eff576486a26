import { expect, test } from 'vitest'

import { kinds, pathOf } from '../src/client/kind.ts'
import { createKubeClient } from '../src/client/kube-client.ts'
import { podOf, refusalOf } from './conformance/bench.ts'
import { openEmbedded } from './embedded.ts'
import { defineThings, thingOf, things } from './things.ts'

const own = { namespace: 'own', name: 'a' }
const tried = { dryRun: 'All' }
const inBody = { mediaType: 'application/json', json: { dryRun: ['All'] } }

async function setup() {
  const { transport, store } = await openEmbedded()
  const client = createKubeClient(transport)
  await client.create(kinds.namespaces, {}, { metadata: { name: 'own' } })
  await client.create(kinds.customResourceDefinitions, {}, defineThings())
  await client.create(things, own, thingOf('a'))
  await client.create(kinds.configMaps, own, { metadata: { name: 'a' } })
  await client.create(kinds.pods, own, podOf('a', { nodeName: 'node-a' }))
  return { transport, store }
}

const places = [
  pathOf(kinds.namespaces, { name: 'own' }),
  pathOf(kinds.customResourceDefinitions, { name: 'things.a.b' }),
  pathOf(kinds.configMaps, own),
  pathOf(kinds.pods, own),
]

test('a deletion that is only tried takes nothing away, be that said in the query or, as kubectl does, in the body', async () => {
  const { transport, store } = await setup()
  const before = store.revision()
  for (const path of places) {
    await transport.call({ method: 'DELETE', path, query: tried })
    await transport.call({ method: 'DELETE', path, query: {}, body: inBody })
  }
  const eviction = { mediaType: 'application/json', json: { deleteOptions: { dryRun: ['All'] } } }
  const path = pathOf(kinds.pods, { ...own, subresource: 'eviction' })
  await transport.call({ method: 'POST', path, query: {}, body: eviction })
  expect(store.revision()).toBe(before)
})

test('a deletion that is only tried is refused as it would be', async () => {
  const { transport } = await setup()
  const path = pathOf(kinds.namespaces, { name: 'default' })
  const kept = transport.call({ method: 'DELETE', path, query: tried })
  expect(await refusalOf(kept)).toMatchObject({ code: 403 })
})

test('who misspells a trial does nothing', async () => {
  const { transport, store } = await setup()
  const before = store.revision()
  for (const path of places) {
    const asking = transport.call({ method: 'DELETE', path, query: { dryRun: 'all' } })
    expect(await refusalOf(asking)).toMatchObject({ code: 422 })
  }
  expect(store.revision()).toBe(before)
})
