import type { DeviceView, Freeze, Instance, Pod } from '@nexqloud/control'
import { noResources } from '@nexqloud/rules'
import { expect, test } from 'vitest'

import type { Happening } from '../instance/happenings.ts'
import { storyOfInstance, type InstanceFacts } from './instance-story.ts'
import { tellStory } from './story.ts'

const NOW = Date.parse('2026-11-26T10:10:00Z')

test('an instance that was moved off a device that went is told in the order of time', () => {
  const story = storyOfInstance(
    facts({
      pod: readyOn('device-7'),
      happenings: [
        placed('09:00:00', 'device-3'),
        { ...of('10:01:32', 'DeviceLost'), message: 'Stopped: node device-3 is lost' },
        placed('10:02:00', 'device-7'),
      ],
      deviceHappenings: [
        of('08:00:00', 'DeviceDark'),
        of('10:01:12', 'DeviceDark'),
        of('10:01:32', 'DeviceLost'),
        of('10:05:00', 'DeviceDark'),
      ],
      devices: [device('device-7')],
    }),
  )
  expect(tellStory(story)).toMatchInlineSnapshot(`
    [
      "web runs on device-7 for 8m; before on device-3.",
      "",
      "  2026-11-26 09:00:00  it was asked for",
      "  2026-11-26 09:00:00  placed on device-3, the one with room that costs least",
      "  2026-11-26 10:01:12  device-3 went dark: nothing was heard of it for 10 s",
      "  2026-11-26 10:01:32  device-3 counts as lost: nothing was heard of it for 30 s",
      "  2026-11-26 10:01:32  stopped, to run elsewhere: device-3 was silent for 30 s",
      "  2026-11-26 10:02:00  placed on device-7, the one with room that costs least",
    ]
  `)
})

test('an instance on a device that is not heard is told to have visitors who wait', () => {
  const { summary, reasons } = storyOfInstance(
    facts({ pod: readyOn('device-7'), devices: [device('device-7', 'dark')] }),
  )
  expect(summary).toBe('web is on device-7, of which nothing is heard: its visitors wait.')
  expect(reasons).toEqual(['device-7: It is silent.'])
})

test('who waits for room is told whom of the own ones never started', () => {
  const resources = { requests: { cpu: '1500m' } }
  const nginx: Pod = {
    metadata: { name: 'nginx', namespace: 'default' },
    spec: { containers: [{ name: 'main', resources }] },
  }
  const { reasons, tries } = storyOfInstance(
    facts({
      devices: [{ ...device('device-7'), pods: [nginx] }],
      obstacle: { by: 'cpu', message: 'blocked by cpu: the largest free device has 0.5 CPU' },
    }),
  )
  expect(reasons).toEqual([
    'Now blocked by cpu: the largest free device has 0.5 CPU.',
    'device-7 has 0.5 CPU of 2 CPU free: held by nginx 1.5 CPU (never started).',
  ])
  expect(tries[0]).toBe('nexqloud rm nginx gives back what never started.')
})

test('the newest stop is told also when nobody else remembers it', () => {
  const lastStop = {
    cause: 'DeviceRemoved',
    actor: 'nexqloud-healer',
    evidence: 'node device-3 does not exist',
    device: 'device-3',
    pod: 'p1',
    at: '2026-11-26T10:00:00Z',
  }
  const { state, steps } = storyOfInstance(facts({ lastStop }))
  expect(state).toBe('moving')
  expect(steps.at(-1)?.text).toBe(
    'stopped by nexqloud-healer: DeviceRemoved: node device-3 does not exist',
  )
})

test('what is frozen is told with why, with what led to it, and with what to do', () => {
  const message = 'its account has too little to spend'
  const story = storyOfInstance(
    facts({
      frozen: { reason: 'FundsTooLow', message, at: '2026-11-26T10:00:00Z' },
      happenings: [
        placed('09:00:00', 'device-3'),
        { ...of('10:00:00', 'Frozen'), message: `Frozen: ${message} (FundsTooLow).` },
        { ...of('10:00:01', 'Frozen'), message: `Stopped: ${message}` },
      ],
    }),
  )
  expect(tellStory(story)).toMatchInlineSnapshot(`
    [
      "web is frozen: its account cannot pay for it, and its containers do not run; before on device-3.",
      "Frozen, FundsTooLow: its account has too little to spend",
      "",
      "  2026-11-26 09:00:00  it was asked for",
      "  2026-11-26 09:00:00  placed on device-3, the one with room that costs least",
      "  2026-11-26 10:00:00  frozen: its account has too little to spend (FundsTooLow).",
      "  2026-11-26 10:00:01  its containers were stopped, as its account cannot pay for them",
      "",
      "What to do:",
      "  nexqloud account show tells how the account stands; web runs again by itself once that is over.",
    ]
  `)
})

type Wanted = Partial<InstanceFacts> & {
  readonly pod?: Pod
  readonly lastStop?: NonNullable<NonNullable<Instance['status']>['lastStop']>
  readonly frozen?: Freeze
}

function facts({ pod, lastStop, frozen, ...more }: Wanted): InstanceFacts {
  const instance: Instance = {
    metadata: { name: 'web', namespace: 'default', creationTimestamp: '2026-11-26T09:00:00Z' },
    spec: { template: { spec: { containers: [] } } },
    status: { ...(lastStop && { lastStop }), ...(frozen && { frozen }) },
  }
  return {
    view: { instance, pod, events: [] },
    happenings: [],
    deviceHappenings: [],
    devices: undefined,
    obstacle: undefined,
    nowMs: NOW,
    ...more,
  }
}

/** Something that happened to device-3. */
function of(time: string, cause: string): Happening {
  return { at: `2026-11-26T${time}Z`, cause, message: 'Silent.', actor: '', device: 'device-3' }
}

function placed(time: string, on: string): Happening {
  const message = `Assigned default/web to ${on}, the one with room that costs least`
  return { ...of(time, 'Scheduled'), message, device: '' }
}

function device(name: string, state: DeviceView['state'] = 'ready'): DeviceView {
  const why = state === 'ready' ? '' : 'It is silent.'
  const free = { ...noResources, cpuMilli: 500 }
  const whole = { ...noResources, cpuMilli: 2000 }
  return { name, state, owner: '', since: undefined, why, free, whole, pods: [] }
}

function readyOn(nodeName: string): Pod {
  const conditions = [{ type: 'Ready', status: 'True' }]
  const metadata = { creationTimestamp: '2026-11-26T10:02:00Z' }
  return {
    metadata,
    spec: { containers: [], nodeName },
    status: { phase: 'Running', conditions },
  }
}
