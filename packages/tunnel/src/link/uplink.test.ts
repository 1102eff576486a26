import { expect, test } from 'vitest'

import { settle } from '../../test/link-pair.ts'
import { createManualClock } from '../../test/manual-clock.ts'
import { createLink, endpointOf } from '../../test/memory-links.ts'
import { backOffByDefault, runUplink, type UplinkEvent, type UplinkParts } from './uplink.ts'

test('dials the best endpoint, and the next ones where it does not answer', async () => {
  const { dialled, events, stop } = await start({ up: ['b', 'c'] })
  expect(dialled).toEqual(['a', 'b'])
  expect(events()).toEqual(['dialFailed a', 'linked b'])
  await stop()
  expect(events().at(-1)).toBe('unlinked b')
})

test('a link that is over is followed by the next endpoint, within a second', async () => {
  const { dialled, links, clock, stop } = await start({ up: ['a', 'b'] })
  await clock.pass(backOffByDefault.stableMs)
  links[0]?.end()
  await settle()
  expect([dialled, clock.waits()]).toEqual([['a'], [500]])
  await clock.pass(500)
  expect(dialled).toEqual(['a', 'b'])
  await stop()
})

test('a masternode that leaves is replaced while its streams end', async () => {
  const { dialled, links, clock, events, stop } = await start({ up: ['a', 'b'] })
  links[0]?.leave()
  await settle()
  await clock.pass(1000)
  expect(dialled).toEqual(['a', 'b'])
  expect(events()).toEqual(['linked a', 'linked b'])
  links[0]?.end()
  await settle()
  expect(events().at(-1)).toBe('unlinked a')
  await stop()
})

test('waits longer the longer nobody answers, up to eight seconds, each time by chance', async () => {
  const { dialled, clock, stop } = await start({ up: [] })
  const waits: (number | undefined)[] = []
  for (let round = 0; round < 9; round += 1) {
    waits.push(clock.waits()[0])
    await clock.pass(waits.at(-1) ?? 0)
  }
  expect(waits).toEqual([500, 1000, 2000, 4000, 4000, 4000, 4000, 4000, 4000])
  expect(dialled).toHaveLength(30)
  await stop()
})

test('a link that is over at once counts as no answer', async () => {
  const { links, clock, stop } = await start({ up: ['a'] })
  const waits: (number | undefined)[] = []
  for (let round = 0; round < 3; round += 1) {
    links.at(-1)?.end()
    await settle()
    waits.push(clock.waits()[0])
    await clock.pass(waits.at(-1) ?? 0)
  }
  expect(waits).toEqual([500, 1000, 2000])
  await stop()
})

test('goes on where the chain cannot be asked for a while', async () => {
  let isKnown = false
  const { dialled, clock, events, stop } = await start({
    up: ['a'],
    endpoints: async () => {
      if (!isKnown) throw new Error('The chain does not answer.')
      return [endpointOf('a')]
    },
  })
  expect([dialled, events()]).toEqual([[], ['endpointsUnknown']])
  isKnown = true
  await clock.pass(500)
  expect(dialled).toEqual(['a'])
  await stop()
})

const names = ['a', 'b', 'c']

/** Runs an uplink whose endpoints `up` answer; chance is always one half. */
async function start({ up, ...change }: { readonly up: readonly string[] } & Partial<UplinkParts>) {
  const clock = createManualClock()
  const dialled: string[] = []
  const told: UplinkEvent[] = []
  const links: { readonly leave: () => void; readonly end: () => void }[] = []
  const stopped = new AbortController()
  const done = runUplink(
    {
      endpoints: async () => names.map(endpointOf),
      dial: async ({ host }) => {
        dialled.push(host)
        if (!up.includes(host)) throw new Error('Nobody answers.')
        const { link, ...hand } = createLink()
        links.push(hand)
        return link
      },
      clock,
      random: () => 0.5,
      backOff: backOffByDefault,
      graceMs: 0,
      onEvent: (event) => told.push(event),
      ...change,
    },
    stopped.signal,
  )
  await settle()
  return {
    clock,
    dialled,
    links,
    events: () =>
      told.map((event) =>
        'endpoint' in event ? `${event.name} ${event.endpoint.host}` : event.name,
      ),
    stop: async () => {
      stopped.abort()
      await done
    },
  }
}
