import { createManualClock } from '@nexqloud/kernel'
import { expect, onTestFinished, test } from 'vitest'

import { createLink, endpointOf } from '../../test/memory-links.ts'
import { backOffByDefault } from './uplink.ts'
import { runUplinks, type UplinkTargets } from './uplinks.ts'

test('a link is kept to each of those that are to be kept, and to no other', async () => {
  const lab = start({ kept: 'abc', spare: 'def' })
  await lab.clock.pass(10_000)
  expect(lab.linked()).toBe('abc')
  lab.links.get('b')?.end()
  await lab.clock.pass(5000)
  expect(lab.linked()).toBe('abc')
})

test('those that are to be kept no more end, and new ones are dialled', async () => {
  const lab = start({ kept: 'abc', spare: 'd' })
  await lab.clock.pass(1000)
  lab.targets = { kept: 'bcd', spare: 'a' }
  await lab.clock.pass(61_000)
  expect(lab.linked()).toBe('bcd')
})

test('where none of them answers, a spare one has a link until one does', async () => {
  const lab = start({ kept: 'abc', spare: 'def', up: 'ef' })
  await lab.clock.pass(3000)
  expect(lab.linked()).toBe('')
  await lab.clock.pass(10_000)
  expect(lab.linked()).toBe('e')
  lab.up = 'aef'
  await lab.clock.pass(20_000)
  expect(lab.linked()).toBe('a')
  lab.up = 'ef'
  lab.links.get('a')?.end()
  await lab.clock.pass(70_000)
  expect(lab.linked()).toBe('e')
})

test('who cannot ask whom to dial keeps the links that it has, and asks again', async () => {
  const lab = start({ kept: 'ab', spare: '' })
  await lab.clock.pass(1000)
  lab.targets = undefined
  await lab.clock.pass(70_000)
  expect(lab.linked()).toBe('ab')
  expect(lab.asked()).toBeGreaterThan(1)
})

test('at the end all links are closed', async () => {
  const lab = start({ kept: 'ab', spare: 'c' })
  await lab.clock.pass(1000)
  await lab.stop()
  expect(lab.linked()).toBe('')
})

type Names = { readonly kept: string; readonly spare: string }

function start({ up = 'abcdef', ...first }: Names & { readonly up?: string }) {
  const clock = createManualClock()
  const links = new Map<string, ReturnType<typeof createLink>>()
  const stopped = new AbortController()
  let asked = 0
  const lab = { targets: first as Names | undefined, up }
  const targets = async (): Promise<UplinkTargets> => {
    asked += 1
    if (lab.targets === undefined) throw new Error('The chain is away.')
    const { kept, spare } = lab.targets
    return { kept: kept.split('').map(endpointOf), spare: spare.split('').map(endpointOf) }
  }
  const done = runUplinks(
    {
      targets,
      clock,
      random: () => 0.5,
      backOff: backOffByDefault,
      graceMs: 0,
      onEvent: (event) => {
        if (event.name === 'unlinked') links.delete(event.endpoint.host)
      },
      dial: async ({ host }) => {
        if (!lab.up.includes(host)) throw new Error('Nobody answers.')
        const made = createLink()
        links.set(host, made)
        return made.link
      },
    },
    stopped.signal,
  )
  const stop = async (): Promise<void> => {
    stopped.abort()
    await done
  }
  onTestFinished(stop)
  return Object.assign(lab, {
    clock,
    links,
    stop,
    linked: () => [...links.keys()].toSorted().join(''),
    asked: () => asked,
  })
}
