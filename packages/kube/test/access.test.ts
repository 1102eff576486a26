import { expect, test } from 'vitest'

import { kinds, pathOf } from '../src/client/kind.ts'
import { createKubeClient } from '../src/client/kube-client.ts'
import type { User } from '../src/server/user.ts'
import { podOf, refusalOf } from './conformance/bench.ts'
import { openEmbedded } from './embedded.ts'

const account: User = { name: 'alice', groups: [], namespaces: ['alice'] }
const node: User = { name: 'system:node:node-a', groups: ['system:nodes'] }
const alices = { namespace: 'alice', name: 'web' }

test('an account does what it likes in its own namespace, and sees no other', async () => {
  const { as } = await setup()
  const client = createKubeClient(as(account))
  await client.create(kinds.pods, alices, podOf('web'))
  expect((await client.list(kinds.pods, { namespace: 'alice' })).items).toHaveLength(1)
  const refused = [
    client.list(kinds.pods),
    client.list(kinds.pods, { namespace: 'bob' }),
    client.get(kinds.secrets, { namespace: 'bob', name: 'key' }),
    client.list(kinds.nodes),
    client.list(kinds.namespaces),
    client.create(kinds.namespaces, {}, { metadata: { name: 'mine' } }),
  ]
  for (const each of refused) expect(await refusalOf(each)).toMatchObject({ code: 403 })
})

test('a refusal says who may not do what where', async () => {
  const { as } = await setup()
  const refusal = await refusalOf(
    createKubeClient(as(account)).list(kinds.pods, { namespace: 'bob' }),
  )
  expect(refusal.message).toMatchInlineSnapshot(
    `"pods is forbidden: User "alice" cannot list resource "pods" in API group "" in the namespace "bob""`,
  )
})

test('an account neither places its pods nor says how they are', async () => {
  const { as } = await setup()
  const client = createKubeClient(as(account))
  await client.create(kinds.pods, alices, podOf('web'))
  const status = { ...alices, subresource: 'status' }
  const binding = { ...alices, subresource: 'binding' }
  const refused = [
    client.create(kinds.pods, alices, podOf('chosen', { nodeName: 'node-a' })),
    client.patch(kinds.pods, status, { type: 'merge', body: { status: { phase: 'Running' } } }),
    client.post(kinds.pods, binding, { target: { name: 'node-a' } }),
    client.create(kinds.events, alices, { metadata: { name: 'x' }, involvedObject: {} }),
  ]
  for (const each of refused) expect(await refusalOf(each)).toMatchObject({ code: 403 })
})

test('a node writes itself, its lease, and the status of its pods', async () => {
  const { admin, as } = await setup()
  const client = createKubeClient(as(node))
  await client.create(kinds.nodes, {}, { metadata: { name: 'node-a' } })
  await client.patch(
    kinds.nodes,
    { name: 'node-a' },
    { type: 'merge', body: { metadata: { labels: { a: 'b' } } } },
  )
  const lease = { namespace: 'kube-node-lease' }
  await client.create(kinds.leases, lease, { metadata: { name: 'node-a' } })
  await admin.create(kinds.pods, alices, podOf('web', { nodeName: 'node-a' }))
  const status = { ...alices, subresource: 'status' }
  await client.patch(kinds.pods, status, { type: 'merge', body: { status: { phase: 'Running' } } })
  expect(
    (await client.list(kinds.pods, { fieldSelector: 'spec.nodeName=node-a' })).items,
  ).toHaveLength(1)
  await client.delete(kinds.pods, alices, { gracePeriodSeconds: 0 })
})

test('a node touches nothing of another node', async () => {
  const { admin, as } = await setup()
  const client = createKubeClient(as(node))
  await admin.create(kinds.nodes, {}, { metadata: { name: 'node-b' } })
  await client.create(kinds.nodes, {}, { metadata: { name: 'node-a' } })
  await admin.create(kinds.pods, alices, podOf('web', { nodeName: 'node-b' }))
  const merge = (body: object) => ({ type: 'merge', body: body as never }) as const
  const restricted = { 'node-restriction.kubernetes.io/tenant': 'x' }
  const refused = [
    client.create(kinds.nodes, {}, { metadata: { name: 'node-c' } }),
    client.patch(kinds.nodes, { name: 'node-b' }, merge({ metadata: { labels: { a: 'b' } } })),
    client.patch(
      kinds.nodes,
      { name: 'node-a' },
      merge({ spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } }),
    ),
    client.patch(kinds.nodes, { name: 'node-a' }, merge({ metadata: { labels: restricted } })),
    client.delete(kinds.nodes, { name: 'node-a' }),
    client.create(kinds.leases, { namespace: 'kube-node-lease' }, { metadata: { name: 'node-b' } }),
    client.get(kinds.pods, alices),
    client.patch(
      kinds.pods,
      { ...alices, subresource: 'status' },
      merge({ status: { phase: 'Failed' } }),
    ),
    client.delete(kinds.pods, alices),
    client.list(kinds.pods),
    client.list(kinds.pods, { fieldSelector: 'spec.nodeName=node-b' }),
    client.list(kinds.nodes),
    client.list(kinds.secrets),
  ]
  for (const each of refused) expect(await refusalOf(each)).toMatchObject({ code: 403 })
})

test('a node says of its pods neither how they are found nor whose they are', async () => {
  const { admin, as } = await setup()
  const client = createKubeClient(as(node))
  await admin.create(kinds.pods, alices, podOf('web', { nodeName: 'node-a' }))
  const status = { ...alices, subresource: 'status' }
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'x', uid: 'u' }
  for (const metadata of [{ labels: { a: 'b' } }, { ownerReferences: [owner] }]) {
    const asking = client.patch(kinds.pods, status, { type: 'merge', body: { metadata } })
    expect(await refusalOf(asking)).toMatchObject({ code: 403 })
  }
})

test('a node that names itself and watches is told of itself alone', async () => {
  const { admin, as } = await setup()
  for (const name of ['node-a', 'node-b'])
    await admin.create(kinds.nodes, {}, { metadata: { name } })
  const path = pathOf(kinds.nodes, { name: 'node-a' })
  const found = await as(node).call({ method: 'GET', path, query: { watch: 'true' } })
  expect(found).toMatchObject({ kind: 'Node', metadata: { name: 'node-a' } })
})

test('what belongs to no namespace lies in none, be it of a kind that a definition added', async () => {
  const { admin, as } = await setup()
  const schema = { openAPIV3Schema: { type: 'object' } }
  const versions = [{ name: 'v1', served: true, storage: true, schema }]
  const names = { plural: 'regions', kind: 'Region' }
  const spec = { group: 'a.b', scope: 'Cluster', names, versions }
  await admin.create(
    kinds.customResourceDefinitions,
    {},
    { metadata: { name: 'regions.a.b' }, spec },
  )
  const paths = ['/apis/a.b/v1/namespaces/alice/regions', '/api/v1/namespaces/alice/nodes']
  for (const path of paths) {
    const asking = as(account).call({ method: 'GET', path, query: {} })
    expect(await refusalOf(asking)).toMatchObject({ code: 404 })
  }
})

async function setup() {
  const engine = await openEmbedded()
  const client = createKubeClient(engine.transport)
  for (const name of ['alice', 'bob'])
    await client.create(kinds.namespaces, {}, { metadata: { name } })
  return { ...engine, admin: client }
}
