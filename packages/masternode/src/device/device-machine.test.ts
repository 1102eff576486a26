import type { MachineFacts } from '@nexqloud/device'
import { expect, test } from 'vitest'

import { describeMachine } from './device-machine.ts'

const facts: MachineFacts = {
  cpus: 4,
  memoryBytes: 8 * 2 ** 30,
  diskBytes: 100 * 2 ** 30,
  freeDiskBytes: 50 * 2 ** 30,
  architecture: 'amd64',
  engine: { name: 'docker', version: '28' },
  isDraining: false,
}

test('a machine keeps something for its own system', () => {
  const { allocatable, owner } = describeMachine(facts, '1')
  expect(allocatable).toMatchObject({ cpu: '3900m', memory: `${7.5 * 2 ** 20}Ki` })
  expect(owner).toBeUndefined()
})

test('its owner may leave less, and never more', () => {
  const some = { cpuMilli: 1000, memoryBytes: 2 ** 30 }
  expect(describeMachine({ ...facts, offered: some }, '1').allocatable).toMatchObject({
    cpu: '1000m',
    memory: `${2 ** 20}Ki`,
  })
  const all = { cpuMilli: 4000, memoryBytes: 2 ** 40 }
  expect(describeMachine({ ...facts, offered: all }, '1').allocatable).toEqual(
    describeMachine(facts, '1').allocatable,
  )
})

test('what its owner holds back is told in our words, also by a code of a later version', () => {
  const owner = { state: 'pauses', reasons: ['paused', 'solarEclipse'] }
  expect(describeMachine({ ...facts, owner }, '1').owner).toEqual({
    state: 'pauses',
    message: 'It is paused by its owner. It is held back by its owner (solarEclipse).',
  })
  expect(describeMachine({ ...facts, owner: { ...owner, state: 'works' } }, '1').owner?.state).toBe(
    'drains',
  )
})
