import type { Pod } from '@nexqloud/control'
import type { PodReport } from '@nexqloud/device'
import { parseInstanceKey, type InstanceKey } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { createShowings, type Showing } from './showing.ts'

test('what a device says of its own pod is believed from when the pod is known, and no longer than that', () => {
  const { showing, bind, witnessed } = setup()
  showing.status(report({}))
  showing.beat(1)
  expect(witnessed).toEqual(['beat'])
  bind('web', { token: 3 })
  showing.beat(2)
  showing.beat(3)
  expect(witnessed.splice(0)).toEqual(['beat', 'beat', 'web runs', 'beat'])
  bind('web', undefined)
  showing.beat(4)
  showing.beat(5)
  expect(witnessed).toEqual(['beat', 'web ended', 'beat'])
})

test('whoever comes to pay for what runs is told at the next sign of life, once', () => {
  const { showing, bind, payer, witnessed } = setup()
  bind('web', { token: 3 })
  showing.status(report({}))
  payer.instance = parseInstanceKey(`0x${'a'.repeat(64)}`)
  showing.beat(1)
  showing.beat(2)
  expect(witnessed).toEqual(['web runs', 'beat', 'web runs', 'beat'])
  expect(showing.running()).toMatchObject([{ instance: payer.instance }])
})

test.each([
  ['another token', report({ token: 2 })],
  ['the name of another instance', report({ name: 'other' })],
  ['a pod that does not run', report({ phase: 'Pending' })],
])('%s counts for nothing', (_, told) => {
  const { showing, bind, witnessed } = setup()
  bind('web', { token: 3 })
  showing.status(told)
  showing.beat(1)
  expect(witnessed).toEqual(['beat'])
})

test('a pod of which one container runs, while another waits for its image, runs', () => {
  const { showing, bind, witnessed } = setup()
  bind('web', { token: 3 })
  const told = report({ phase: 'Pending' })
  const startedAt = '2026-01-01T00:00:00Z'
  const states = [{ running: { startedAt } }, { waiting: { reason: 'ImagePullBackOff' } }]
  const containerStatuses = states.map((state, at) => ({ ...aStatus, name: `c${at}`, state }))
  showing.status({ ...told, status: { ...told.status, containerStatuses } })
  expect(witnessed).toEqual(['web runs'])
})

const aStatus = {
  image: 'a',
  imageID: '',
  ready: false,
  started: false,
  restartCount: 0,
  lastState: {},
}

test('a pod that ended, or is not in the inventory any more, does not run', () => {
  const { showing, bind, witnessed } = setup()
  bind('web', { token: 3 })
  showing.status(report({}))
  showing.status(report({ phase: 'Succeeded' }))
  showing.status(report({}))
  showing.inventory({ term: 1, serial: 1, uids: [] })
  showing.beat(1)
  expect(witnessed).toEqual(['web runs', 'web ended', 'web runs', 'web ended', 'beat'])
})

test('what ran when a link broke counts over the next one for as long as it is the device’s, and no longer', () => {
  const { showing, bind, witnessed, dialAnew } = setup()
  bind('web', { token: 3 })
  bind('api', { token: 3 })
  showing.status(report({}))
  showing.status(report({ uid: 'api', name: 'api' }))
  witnessed.length = 0
  // The device was lost meanwhile, and it runs elsewhere.
  bind('web', undefined)
  const next = dialAnew()
  next.beat(1)
  next.status(report({}))
  next.beat(2)
  expect(witnessed).toEqual(['beat', 'web ended', 'beat'])
})

test('a device that speaks of pods without end is not kept', () => {
  const { showing, bind, witnessed } = setup()
  for (let number = 0; number < 5000; number += 1) showing.status(report({ uid: `${number}` }))
  bind('web', { token: 3 })
  showing.status(report({}))
  expect(witnessed).toEqual([])
  showing.inventory({ term: 1, serial: 1, uids: ['web'] })
  showing.status(report({}))
  expect(witnessed).toEqual(['web runs'])
})

type Said = { readonly uid?: string; readonly name?: string; readonly token?: number } & {
  readonly phase?: PodReport['status']['phase']
}

function report({ uid = 'web', name = 'web', token = 3, phase = 'Running' }: Said): PodReport {
  const status = { phase, conditions: [], containerStatuses: [] }
  return { namespace: 'acme', name, uid, token, status, secondsRunning: 0 }
}

function setup() {
  const pods = new Map<string, Pod>()
  const witnessed: string[] = []
  const payer: { instance?: InstanceKey } = {}
  const dial = createShowings({
    driver: { podOf: (_, uid) => pods.get(uid) },
    instanceOf: () => payer.instance,
    witness: {
      heard: () => witnessed.push('beat'),
      reported: (_, { name }, isRunning) =>
        witnessed.push(`${name} ${isRunning ? 'runs' : 'ended'}`),
      probed: () => {},
    },
  })
  const showing = expectThere(dial('device-1'))
  const bind = (uid: string, bound: { readonly token: number } | undefined): void => {
    const annotations = { 'nexqloud.io/fencing-token': String(bound?.token) }
    const metadata = { namespace: 'acme', name: uid, uid, annotations }
    if (bound === undefined) pods.delete(uid)
    else pods.set(uid, { metadata })
  }
  return { showing, bind, payer, witnessed, dialAnew: () => expectThere(dial('device-1')) }
}

function expectThere(showing: Showing | undefined): Showing {
  if (showing === undefined) throw new TypeError('It is witnessed.')
  return showing
}
