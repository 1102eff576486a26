import { kinds } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { openEraserLab, type AroundCall } from '../../test/eraser-lab.ts'
import { instances, isFrozen } from '../heal/instance.ts'

const DAY = 86_400
const name = { namespace: 'default', name: 'web' }

/** More than all that is asked of the API from the first look to the last one. */
const calls = Array.from({ length: 9 }, (_, call) => call)
const moments = calls.flatMap((call) => [
  { call, when: 'before' as const },
  { call, when: 'after' as const },
])

test.each(moments)(
  'who dies $when call $call of the API leaves an instance that is told of, and is there for 14 days more',
  async ({ call, when }) => {
    const lab = await openEraserLab()
    await lab.freeze()
    const dies = diesAt(call, when)
    let told: number | undefined
    let day = 0
    for (; day < 100 && (await lab.isThere()); day += 1) {
      await lab.look(day * DAY, { around: dies })
      if (told === undefined && (await isTold(lab))) told = day
    }
    expect(told).toBeGreaterThanOrEqual(30)
    expect(day - 1 - (told ?? Infinity)).toBeGreaterThanOrEqual(14)
    expect(day).toBeLessThan(50)
    for (const failure of lab.failures) expect(failure).toBeInstanceOf(DeathError)
  },
)

test.each(moments)(
  'who is let run $when call $call of the API is neither frozen again, nor erased by what was under way',
  async ({ call, when }) => {
    const lab = await openEraserLab()
    await lab.freeze()
    let count = 0
    let isPaid = false
    const around: AroundCall = async (moment) => {
      if (when === moment && count === call && (await lab.isThere())) {
        const body = { status: { frozen: null } }
        await lab.client.patch(
          instances,
          { ...name, subresource: 'status' },
          { type: 'merge', body },
        )
        isPaid = true
      }
      if (moment === 'after') count += 1
    }
    for (let day = 0; day < 50 && (await lab.isThere()); day += 1) {
      await lab.look(day * DAY, { around })
      if (isPaid) break
    }
    expect(await lab.isThere()).toBe(isPaid)
    if (isPaid) expect(isFrozen(await lab.find())).toBe(false)
    expect(lab.failures).toEqual([])
  },
)

test('what nobody can be told of is there for ever, and is told of as soon as it can be', async () => {
  const lab = await openEraserLab()
  await lab.freeze()
  const around: AroundCall = async (_, call) => {
    if (call === 'create Event') throw new DeathError('No events are taken.')
  }
  for (let day = 0; day < 200; day += 10) await lab.look(day * DAY, { around })
  expect((await lab.find()).status?.frozen).toMatchObject({ step: 'exporting', since: 30 * DAY })
  expect(lab.notices).toEqual([])
  await lab.look(200 * DAY)
  expect((await lab.find()).status?.frozen?.toldAt).toBe(200 * DAY)
  const erasedAt = new Date(214 * DAY * 1000).toISOString().replace('.000', '')
  expect(lab.notices).toMatchObject([{ type: 'instance.exporting', data: { erasedAt } }])
  await lab.look(214 * DAY - 1)
  expect(await lab.isThere()).toBe(true)
  await lab.look(214 * DAY)
  expect(await lab.isThere()).toBe(false)
})

test('what is marked erased and was never told of is told of first', async () => {
  const lab = await openEraserLab()
  await lab.freeze()
  const body = { status: { frozen: { step: 'erased', since: 5 } } }
  await lab.client.patch(instances, { ...name, subresource: 'status' }, { type: 'merge', body })
  await lab.look(50 * DAY)
  expect((await lab.find()).status?.frozen).toMatchObject({ step: 'exporting', toldAt: 50 * DAY })
  await lab.look(64 * DAY)
  expect(await lab.isThere()).toBe(false)
})

test('a view that lags tells nobody who has paid, and lets nothing run that is erased', async () => {
  const lab = await openEraserLab()
  await lab.freeze()
  for (const day of [0, 29]) await lab.look(day * DAY)
  const frozen = await lab.find()
  await lab.resume()
  await lab.look(30 * DAY, { seen: frozen })
  expect(lab.notices).toEqual([])
  await lab.freeze()
  for (const day of [30, 60]) await lab.look(day * DAY)
  const exporting = await lab.find()
  await lab.look(74 * DAY, { around: diesAt(0, 'after') })
  await lab.resume(exporting)
  expect((await lab.find()).status?.frozen?.step).toBe('erased')
  // The one of the time before: nobody is told that it runs, either.
  const resumed = (await lab.eventsOf('web')).filter((text) => text.startsWith('Normal Resumed'))
  expect(resumed).toHaveLength(1)
  await lab.look(75 * DAY)
  expect(await lab.isThere()).toBe(false)
})

class DeathError extends Error {}

/** Returns what ends the life of a masternode around one call of the API. */
function diesAt(call: number, when: 'before' | 'after'): AroundCall {
  let count = 0
  return async (moment) => {
    const isNow = count === call && moment === when
    if (moment === 'after' || isNow) count += 1
    if (isNow) throw new DeathError('It died here.')
  }
}

/** Whether an event says that it is to be erased, and the webhook was told. */
async function isTold({ client, notices }: Awaited<ReturnType<typeof openEraserLab>>) {
  const { items } = await client.list(kinds.events, { namespace: 'default' })
  const isSaid = items.some(({ reason }) => reason === 'ErasureAhead')
  return isSaid && notices.some(({ type }) => type === 'instance.exporting')
}
