import { expect, test } from 'vitest'

import { kinds } from '../src/client/kind.ts'
import { createKubeClient } from '../src/client/kube-client.ts'
import { podOf } from './conformance/bench.ts'
import { openEmbedded } from './embedded.ts'

const place = { name: 'own' }
const at = (name: string) => ({ namespace: 'own', name })

test('the last pods of a namespace that ends may be taken away together', async () => {
  const { transport, failures, store } = await openEmbedded()
  const client = createKubeClient(transport)
  await client.create(kinds.namespaces, {}, { metadata: place })
  for (const name of ['a', 'b']) {
    await client.create(kinds.pods, at(name), podOf(name, { nodeName: 'node-a' }))
  }
  await client.delete(kinds.namespaces, place)
  const now = { gracePeriodSeconds: 0 }
  await Promise.all(['a', 'b'].map((name) => client.delete(kinds.pods, at(name), now)))
  expect(failures).toEqual([])
  expect(store.get({ resource: 'namespaces', namespace: '', name: 'own' })).toBeUndefined()
})

test('a namespace and what is in it may be deleted together', async () => {
  const { transport, failures } = await openEmbedded()
  const client = createKubeClient(transport)
  await client.create(kinds.namespaces, {}, { metadata: place })
  await client.create(kinds.configMaps, at('a'), { metadata: { name: 'a' } })
  const ending = client.delete(kinds.namespaces, place)
  // The namespace looks at what is on the disk; this deletion is not there yet.
  await Promise.resolve()
  await Promise.all([ending, client.delete(kinds.configMaps, at('a')).catch(() => {})])
  expect(failures).toEqual([])
})

test('a namespace does not go before what is in it, whatever its specification was told', async () => {
  const { transport, store } = await openEmbedded()
  const client = createKubeClient(transport)
  await client.create(kinds.namespaces, {}, { metadata: place, spec: { finalizers: [] } })
  const body = { spec: { finalizers: [] } }
  await client.patch(kinds.namespaces, place, { type: 'merge', body })
  await client.create(kinds.secrets, at('left'), { metadata: { name: 'left' } })
  await client.delete(kinds.namespaces, place)
  expect(store.list('secrets', 'own')).toEqual([])
})
