import { createHash } from 'node:crypto'

import { createSeededRandom } from '@nexqloud/kernel'
import { kinds } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { openEraserLab, type AroundCall } from '../../test/eraser-lab.ts'
import { instances, isFrozen } from '../heal/instance.ts'
import { toIso } from '../object/object.ts'

const DAY = 86_400
const namespace = 'default'

/** It died before anything was deleted. */
const around: AroundCall = async (when, call) => {
  if (when === 'before' && call === 'delete Instance') throw new TypeError('It died here.')
}

test('what is not paid for is told of after 30 days, and erased 14 days later, with a receipt that stays', async () => {
  const { client, account, look, notices, eventsOf, freeze } = await openEraserLab()
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
  const { look, freeze, resume, find } = await openEraserLab()
  await freeze()
  for (const day of [0, 30, 43]) await look(day * DAY)
  await resume()
  expect(isFrozen(await find())).toBe(false)
  await freeze()
  for (const day of [44, 45, 73]) await look(day * DAY)
  expect((await find()).status?.frozen).toMatchObject({ step: 'frozen', since: 44 * DAY })
})

test('what was begun is finished by whoever looks next, and nobody who pays then is told that it runs', async () => {
  const { client, look, freeze, resume, find, failures } = await openEraserLab()
  await freeze()
  for (const day of [0, 30]) await look(day * DAY)
  const before = await find()
  await look(44 * DAY, { around })
  expect(failures).toEqual([new TypeError('It died here.')])
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
  const { client, look, freeze, find } = await openEraserLab()
  await freeze()
  for (const day of [0, 30]) await look(day * DAY)
  const seen = await find()
  const change = { type: 'merge', body: { spec: { priority: 7 } } } as const
  await client.patch(instances, { namespace, name: 'web' }, change)
  await look(44 * DAY, { seen })
  expect((await find()).status?.frozen?.step).toBe('exporting')
})

test('a receipt is of what was erased, whatever had its name, and whatever was changed in between', async () => {
  const { client, look, freeze, find } = await openEraserLab()
  await freeze()
  for (const day of [0, 30]) await look(day * DAY)
  const name = `erasure-receipt-${(await find()).metadata?.uid}`
  const forged = {
    metadata: { name, namespace },
    immutable: true,
    data: { receipt: '{}', signature: 'mine' },
  }
  await client.create(kinds.configMaps, { namespace }, forged)
  await look(44 * DAY, { around })
  const receiptOf = async () => {
    const { data } = await client.get(kinds.configMaps, { namespace, name })
    expect(data?.['signature']).toBe(`signed ${data?.['receipt']}`)
    return JSON.parse(data?.['receipt'] ?? '{}') as { readonly specificationSha256?: string }
  }
  const before = await receiptOf()
  const change = { type: 'merge', body: { spec: { priority: 7 } } } as const
  await client.patch(instances, { namespace, name: 'web' }, change)
  const { spec } = await find()
  await look(44 * DAY + 60)
  const after = await receiptOf()
  const hash = createHash('sha256').update(JSON.stringify(spec)).digest('hex')
  expect(after.specificationSha256).toBe(hash)
  expect(before.specificationSha256).not.toBe(hash)
})

test('where what has the name of a receipt cannot be removed, the receipt has another', async () => {
  const { client, look, freeze, find, notices } = await openEraserLab()
  await freeze()
  for (const day of [0, 30]) await look(day * DAY)
  const name = `erasure-receipt-${(await find()).metadata?.uid}`
  const metadata = { name, namespace, finalizers: ['example.com/mine'] }
  await client.create(kinds.configMaps, { namespace }, { metadata, data: { receipt: '{}' } })
  await look(44 * DAY)
  const notice = notices.at(-1)
  const kept = notice?.type === 'instance.erased' ? notice.data.receipt : ''
  expect(kept).toMatch(new RegExp(`^${name}-`))
  const { data } = await client.get(kinds.configMaps, { namespace, name: kept })
  expect(data?.['signature']).toBe(`signed ${data?.['receipt']}`)
})

test('who halts what is to be erased and wants it again later hears of it again, and has 14 days', async () => {
  const { client, look, freeze, find, isThere, notices } = await openEraserLab()
  await freeze()
  for (const day of [0, 30]) await look(day * DAY)
  for (const runStrategy of ['Halted', 'Always']) {
    const change = { type: 'merge', body: { spec: { runStrategy } } } as const
    await client.patch(instances, { namespace, name: 'web' }, change)
  }
  await look(100 * DAY)
  expect((await find()).status?.frozen).toMatchObject({ step: 'exporting', toldAt: 100 * DAY })
  expect(notices.map(({ type }) => type)).toEqual(['instance.exporting', 'instance.exporting'])
  await look(114 * DAY - 1)
  expect(await isThere()).toBe(true)
  await look(114 * DAY)
  expect(await isThere()).toBe(false)
})

test.each([1, 2, 3, 4, 5])(
  'whatever is paid, dies or sees an old view (seed %i), nothing is erased before 44 days without a payment',
  async (seed) => {
    const random = createSeededRandom(seed)
    const { client, look, freeze, resume, find, failures } = await openEraserLab()
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
      const deaths = random() % 4 === 0 ? { around } : {}
      await look(day * DAY, random() % 3 === 0 ? { seen, ...deaths } : deaths)
      expect(failures.every((failure) => failure instanceof TypeError)).toBe(true)
      if (random() % 2 === 0) seen = await find().catch(() => seen)
    }
    expect.fail('In so many days it is erased.')
  },
)
