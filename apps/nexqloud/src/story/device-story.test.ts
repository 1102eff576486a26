import { readFileSync } from 'node:fs'

import { deviceStates, type DeviceView } from '@nexqloud/control'
import { noResources } from '@nexqloud/rules'
import { expect, test } from 'vitest'

import { holdingOf, tellHolding } from '../placement/holders.ts'
import { storyOfDevice } from './device-story.ts'
import { tellStory } from './story.ts'

const NOW = Date.parse('2026-11-26T10:10:00Z')

test('a device whose owner paused it is told so, with what ends that', () => {
  const story = storyOfDevice({
    device: device({ state: 'paused', why: 'It is paused by its owner.' }),
    record: undefined,
    problem: undefined,
    masternode: 'masternode 1',
    happenings: [],
    nowMs: NOW,
  })
  expect(tellStory(story)).toMatchInlineSnapshot(`
    [
      "device-1 is paused for 10m. It gets nothing, and what it had runs elsewhere.",
      "It is paused by its owner.",
      "Free: 1 CPU of 2 CPU, 1 GiB of 2 GiB of memory, room for 5 pods.",
      "Nothing is placed on it.",
      "It is driven by masternode 1.",
      "",
      "What to do:",
      "  on that machine: nexqloud device resume",
    ]
  `)
})

test('a full device is told to be full, and that the chain could not be asked', () => {
  const { reasons } = storyOfDevice({
    device: device({ free: { ...noResources, pods: 3 } }),
    record: undefined,
    problem: 'The node does not answer.',
    masternode: 'masternode 1',
    happenings: [],
    nowMs: NOW,
  })
  expect(reasons[0]).toMatch(/could not be read: The node does not answer/)
  expect(reasons[1]).toMatch(/^It is full: 0 CPU of 2 CPU/)
})

test('nobody is named where it is not a matter of room', () => {
  expect(holdingOf({ by: 'region' }, [device({})])).toBeUndefined()
  const holding = holdingOf({ by: 'cpu and memory' }, [device({})])
  expect(holding && tellHolding(holding, 'default')).toBe(
    'device-1 has 1 CPU of 2 CPU free: nobody holds any.',
  )
})

test('states that can be asked for are those that there are', () => {
  const declared = readFileSync(new URL('../device/declaration.ts', import.meta.url), 'utf8')
  const [, listed = ''] = /const states = \[([^\]]+)\]/.exec(declared) ?? []
  expect(listed.match(/[\w-]+/g)).toEqual([...deviceStates])
})

function device(more: Partial<DeviceView>): DeviceView {
  const part = { ...noResources, pods: 5 }
  return {
    name: 'device-1',
    owner: '',
    state: 'ready',
    since: '2026-11-26T10:00:00Z',
    why: '',
    free: { ...part, cpuMilli: 1000, memoryBytes: 2 ** 30 },
    whole: { ...part, cpuMilli: 2000, memoryBytes: 2 ** 31 },
    pods: [],
    ...more,
  }
}
