import { createSeededRandom, parseAddress } from '@nexqloud/kernel'
import { kinds } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { openCluster } from '../../test/cluster.ts'
import { defineInstances, instances, isFrozen, type Instance } from '../heal/instance.ts'
import { annotations } from '../object/names.ts'
import { toIso } from '../object/object.ts'
import { Eraser } from './eraser.ts'
import { createFreezing } from './freezing.ts'
import type { Notice } from './notice.ts'

const DAY = 86_400
const account = parseAddress(`0x${'a'.repeat(40)}`)
const namespace = 'default'

test('what is not paid for is told of after 30 days, and erased 14 days later, with a receipt that stays', async () => {
  const { client, look, notices, eventsOf, freeze } = await setup()
  await freeze()
  await look(1000)
  await look(1000 + 30 * DAY - 1)
  expect(notices).toEqual([])
  await look(1000 + 30 * DAY)
  await look(1000 + 44 * DAY - 1)
  const ahead = /^Warning ErasureAhead: web is not paid for since .* unless the account/
  const told = (await eventsOf('web')).filter((text) => ahead.test(text))
  expect(told).toHaveLength(1)
  await look(1000 + 44 * DAY)
  expect((await client.list(instances, { namespace })).items).toEqual([])
  expect(notices.map(({ type }) => type)).toEqual(['instance.exporting', 'instance.erased'])
  const { items } = await client.list(kinds.configMaps, { namespace })
  const kept = items.find(({ metadata }) => metadata?.name?.startsWith('erasure-receipt-'))
  const receipt = JSON.parse(kept?.data?.['receipt'] ?? '{}') as object
  expect(receipt).toMatchObject({
    namespace,
    instance: 'web',
    account,
    toldAt: toIso((1000 + 30 * DAY) * 1000),
    erasedAt: toIso((1000 + 44 * DAY) * 1000),
    specificationSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
  expect(kept?.data?.['signature']).toBe(`signed ${kept?.data?.['receipt']}`)
})

test('who pays on the last day has it again, and the ladder begins anew', async () => {
  const { look, freeze, resume, find } = await setup()
  await freeze()
  for (const day of [0, 30, 43]) await look(day * DAY)
  await resume()
  expect(isFrozen(await find())).toBe(false)
  await freeze()
  for (const day of [44, 45, 73]) await look(day * DAY)
  expect((await find()).status?.frozen).toMatchObject({ step: 'frozen', since: 44 * DAY })
})

test('what was begun is finished by whoever looks next, and nobody who pays then is told that it runs', async () => {
  const { client, look, freeze, resume, find } = await setup()
  await freeze()
  for (const day of [0, 30]) await look(day * DAY)
  const before = await find()
  await look(44 * DAY, { fails: true })
  expect((await find()).status?.frozen?.step).toBe('erased')
  await resume()
  expect((await find()).status?.frozen?.step).toBe('erased')
  await look(44 * DAY + 60)
  expect((await client.list(instances, { namespace })).items).toEqual([])
  const name = `erasure-receipt-${before.metadata?.uid}`
  const { data } = await client.get(kinds.configMaps, { namespace, name })
  expect(JSON.parse(data?.['receipt'] ?? '{}')).toMatchObject({ erasedAt: toIso(44 * DAY * 1000) })
})

test('whoever changed it while somebody was about to erase it keeps it for now', async () => {
  const { client, look, freeze, find } = await setup()
  await freeze()
  for (const day of [0, 30]) await look(day * DAY)
  const seen = await find()
  const change = { type: 'merge', body: { spec: { priority: 7 } } } as const
  await client.patch(instances, { namespace, name: 'web' }, change)
  await look(44 * DAY, { seen })
  expect((await find()).status?.frozen?.step).toBe('exporting')
})

test.each([1, 2, 3, 4, 5])(
  'whatever is paid, dies or sees an old view (seed %i), nothing is erased before 44 days without a payment',
  async (seed) => {
    const random = createSeededRandom(seed)
    const { client, look, freeze, resume, find } = await setup()
    let [day, unpaidSince, seen] = [0, 0, await find()]
    for (let step = 0; step < 60; step += 1) {
      day += random() % 9
      const { items } = await client.list(instances, { namespace })
      if (items.length === 0) {
        expect(day - unpaidSince).toBeGreaterThanOrEqual(44)
        return
      }
      if (random() % 40 === 0) {
        await resume()
        await freeze()
        unpaidSince = day
      } else if (!isFrozen(await find())) {
        await freeze()
        unpaidSince = day
      }
      const fails = random() % 4 === 0
      await look(day * DAY, random() % 3 === 0 ? { seen, fails } : { fails })
      if (random() % 2 === 0) seen = await find().catch(() => seen)
    }
    expect.fail('In so many days it is erased.')
  },
)

async function setup() {
  const cluster = await openCluster()
  const { client, clock } = cluster
  await defineInstances(client)
  const payer = { metadata: { annotations: { [annotations.webhook]: 'https://example.com/hook' } } }
  await client.patch(kinds.namespaces, { name: namespace }, { type: 'merge', body: payer })
  const template = { spec: { containers: [{ name: 'main', image: 'nginx' }] } }
  const web: Instance = { metadata: { name: 'web', namespace }, spec: { template } }
  await client.create(instances, { namespace }, web)
  const notices: Notice[] = []
  let fails = false
  const eraser = new Eraser({
    client: {
      ...client,
      delete: async (...args) => {
        if (fails) throw new TypeError('It died here.')
        return client.delete(...args)
      },
    },
    clock,
    notify: (_, notice) => void notices.push(notice),
    attest: async (text) => `signed ${text}`,
    onFailure: cluster.onFailure,
  })
  const freezing = createFreezing(cluster)
  const find = () => client.get(instances, { namespace, name: 'web' })
  const key = `${account}${'0'.repeat(24)}` as never
  return {
    ...cluster,
    notices,
    find,
    freeze: async () =>
      freezing.freeze(
        { key, instance: await find(), pod: undefined },
        { reason: 'FundsTooLow', hadLease: true },
      ),
    resume: async () => freezing.resume({ key, instance: await find(), pod: undefined }),
    look: async (at: number, how: { readonly fails?: boolean; readonly seen?: Instance } = {}) => {
      const instance = how.seen ?? (await find())
      const payers = [await client.get(kinds.namespaces, { name: namespace })]
      const charges = [{ key, instance, pod: undefined }]
      fails = how.fails ?? false
      const looking = eraser.look({ account, namespaces: payers, charges }, at)
      await looking.catch((failure: unknown) => expect(failure).toBeInstanceOf(TypeError))
    },
  }
}
