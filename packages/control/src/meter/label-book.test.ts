import { kinds, StatusError } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { openCluster } from '../../test/cluster.ts'
import { account, openMeterLab } from '../../test/meter-lab.ts'
import { defineInstances, instances, type Instance } from '../heal/instance.ts'
import { annotations } from '../object/names.ts'
import { uidOf } from '../object/object.ts'
import { instanceKeyOf } from './instance-key.ts'
import { LabelBook, readLabelBook } from './label-book.ts'

const [november, december] = [Date.UTC(2026, 10, 30), Date.UTC(2026, 11, 1)]
const template = { spec: { containers: [{ name: 'main', image: 'nginx' }] } }
const payer = { metadata: { annotations: { [annotations.account]: account } } }

test('what an instance was labelled with is known when it is gone', async () => {
  const { client, clock } = await openMeterLab()
  const place = { namespace: 'default', name: 'web' }
  const metadata = { ...place, labels: { team: 'web' } }
  const made = await client.create(instances, place, { metadata, spec: { template } })
  await client.delete(instances, place)
  await clock.pass(300_000)
  const { items } = await client.list(kinds.configMaps, { namespace: 'default' })
  expect([...readLabelBook(items)]).toEqual([[keyOf(made), { team: 'web' }]])
})

test('a page has all that were there in its month, and the newest page counts', async () => {
  const { label, write, open, pages, read } = await openBook()
  const web = await label('one', 'web', { team: 'web' })
  const bare = await label('one', 'bare')
  await write(november)
  const again = open()
  again.note(await label('one', 'web', { team: 'shop' }))
  await again.write(november, () => [])
  expect(await pages('one')).toEqual(['instance-labels-2026-11'])
  await open().write(december, () => [web])
  expect(await pages('one')).toEqual(['instance-labels-2026-11', 'instance-labels-2026-12'])
  expect(await read('one')).toEqual([
    [keyOf(web), { team: 'web' }],
    [keyOf(bare), {}],
  ])
})

test('what the API does not take now is written later, and a page that its tenant sealed keeps nobody', async () => {
  const { label, write, read, refuse, failures } = await openBook()
  const one = await label('one', 'web', { team: 'web' })
  await write(november)
  await label('one', 'shop', { team: 'shop' })
  const two = await label('two', 'web', { team: 'web' })
  refuse('one', 'Invalid', 422)
  refuse('two', 'ServiceUnavailable', 503)
  await write(november)
  expect(failures).toHaveLength(1)
  expect(await read('two')).toEqual([])
  refuse('one')
  refuse('two')
  await write(november)
  expect(await read('one')).toEqual([[keyOf(one), { team: 'web' }]])
  expect(await read('two')).toEqual([[keyOf(two), { team: 'web' }]])
})

test('a page has what fits on it, and is made anew where its tenant removed it', async () => {
  const { client, label, write, read } = await openBook()
  const wide = Object.fromEntries(
    Array.from({ length: 1000 }, (_, at) => [`example.com/${at}`, 'x'.repeat(60)]),
  )
  for (let at = 0; at < 12; at += 1) await label('one', `web-${at}`, wide)
  await write(november)
  expect(await read('one')).toHaveLength(11)
  await client.delete(kinds.configMaps, { namespace: 'one', name: 'instance-labels-2026-11' })
  const bare = await label('two', 'web')
  await label('one', 'late', {})
  await write(november)
  expect(await read('one')).toHaveLength(12)
  expect(await read('two')).toEqual([[keyOf(bare), {}]])
})

test('what its tenant writes on a page is read where it says labels', () => {
  const data = { '0x1': '{"team":"web"}', '0x2': '{"team":1}', '0x3': '{' }
  const pages = [{ metadata: { name: 'instance-labels-2026-11' }, data }]
  expect([
    ...readLabelBook([...pages, { metadata: { name: 'other' }, data: { a: '{}' } }]),
  ]).toEqual([['0x1', { team: 'web' }]])
})

function keyOf(instance: Instance) {
  return instanceKeyOf(uidOf(instance), payer)
}

/** Opens a book of two namespaces, and an API that can be away. */
async function openBook() {
  const { client, failures, onFailure } = await openCluster()
  await defineInstances(client)
  for (const name of ['one', 'two'])
    await client.create(kinds.namespaces, {}, { metadata: { name } })
  const refusals = new Map<string, StatusError>()
  const assertTaken = (namespace = ''): void => {
    const refused = refusals.get(namespace)
    if (refused !== undefined) throw refused
  }
  const patch: typeof client.patch = async (...call) => {
    assertTaken(call[1].namespace)
    return client.patch(...call)
  }
  const create: typeof client.create = async (...call) => {
    assertTaken(call[1].namespace)
    return client.create(...call)
  }
  const open = () =>
    new LabelBook({ client: { ...client, create, patch }, onFailure, namespaceOf: () => payer })
  const book = open()
  const list = (namespace: string) => client.list(kinds.configMaps, { namespace })
  return {
    client,
    failures,
    open,
    /** The API refuses what is written to a namespace, or does no longer. */
    refuse: (namespace: string, reason?: string, code = 0) => {
      if (reason === undefined) refusals.delete(namespace)
      else refusals.set(namespace, refusal(reason, code))
    },
    write: (nowMs: number) => book.write(nowMs, () => []),
    label: async (namespace: string, name: string, labels?: Record<string, string>) => {
      const metadata = { namespace, name, ...(labels && { labels }) }
      const there = await client
        .create(instances, { namespace }, { metadata, spec: { template } })
        .catch(() =>
          client.patch(
            instances,
            { namespace, name },
            { type: 'merge', body: { metadata: { labels: labels ?? {} } } },
          ),
        )
      book.note(there)
      return there
    },
    pages: async (namespace: string) =>
      (await list(namespace)).items
        .flatMap(({ metadata }) => metadata?.name ?? [])
        .filter((name) => name.startsWith('instance-labels-')),
    read: async (namespace: string) => [...readLabelBook((await list(namespace)).items)],
  }
}

function refusal(reason: string, code: number): StatusError {
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    reason,
    message: reason,
    code,
  })
}
