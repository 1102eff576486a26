import { expect, test } from 'vitest'

import { asking, nodeOf, podOf } from '../../test/objects.ts'
import { annotations, DISK_FULL, DRAINING, HELD_BACK, labels } from '../object/names.ts'
import type { Node, Pod } from '../object/object.ts'
import { holdersOf, viewDevices } from './device-view.ts'

const NOW = Date.parse('2026-11-26T10:00:00Z')

test('what is bound to a device is taken of it, and what has ended is not', () => {
  const web = boundTo('device-1', podOf('web', asking({ cpu: '1', memory: '2Gi' })))
  const done = { ...web, metadata: { name: 'done' }, status: { phase: 'Succeeded' } }
  const elsewhere = boundTo('device-2', podOf('other', asking({ cpu: '3' })))
  const [device] = viewDevices([nodeOf('device-1')], [web, done, elsewhere], NOW)
  expect(device).toMatchObject({
    name: 'device-1',
    state: 'ready',
    whole: { cpuMilli: 4000, memoryBytes: 6 * 2 ** 30 },
    free: { cpuMilli: 3000, memoryBytes: 4 * 2 ** 30, pods: 9 },
  })
  expect(device?.pods).toEqual([web])
})

test('more than there is may be taken, and nothing is free then', () => {
  const large = boundTo('device-1', podOf('large', asking({ cpu: '9' })))
  expect(viewDevices([nodeOf('device-1')], [large], NOW)[0]?.free.cpuMilli).toBe(0)
})

const silent = (reason: string): Partial<Node> => ({
  status: { conditions: [{ type: 'Ready', status: 'Unknown', reason, message: 'Silent.' }] },
})
const held = (reason: string): Partial<Node> => ({
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: HELD_BACK, status: 'True', reason, message: 'It is paused by its owner.' },
    ],
  },
})
const full: Partial<Node> = {
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: DISK_FULL, status: 'True', reason: 'DeviceDiskFull', message: 'its disk is full.' },
    ],
  },
}
const failing = (untilMs: number): Partial<Node> => ({
  metadata: {
    annotations: {
      [annotations.failing]: JSON.stringify({ instances: ['a/x', 'a/y', 'b/z'], untilMs }),
    },
  },
})
const unsteady = (untilMs: number): Partial<Node> => ({
  metadata: {
    annotations: { [annotations.losses]: JSON.stringify({ backMs: [1, 2, 3], untilMs }) },
  },
})

test.each<readonly [Partial<Node>, state: string, why: RegExp]>([
  [{}, 'ready', /^$/],
  [silent('DeviceDark'), 'dark', /Silent/],
  [silent('DeviceLost'), 'lost', /Silent/],
  [held('DevicePauses'), 'paused', /paused by its owner/],
  [held('DeviceYields'), 'yielding', /owner/],
  [{ spec: { taints: [{ key: DRAINING, effect: 'NoSchedule' }] } }, 'draining', /drained/],
  [{ spec: { unschedulable: true } }, 'cordoned', /cordon/],
  [full, 'disk-full', /its disk is full/],
  [failing(NOW + 1), 'failing', /^Pods of 3 instances failed on it in a row.*a\/x, a\/y, b\/z/],
  [failing(NOW), 'ready', /^$/],
  [unsteady(NOW + 1), 'failing', /^It was lost and came back 3 times within an hour: until 2026/],
  [unsteady(NOW), 'ready', /^$/],
  [{ ...silent('DeviceLost'), ...failing(NOW + 1) }, 'lost', /Silent/],
])('%j is told as %s', (node, state, why) => {
  const [view] = viewDevices([nodeOf('device-1', node)], [], NOW)
  expect(view?.state).toBe(state)
  expect(view?.why).toMatch(why)
})

test('whose it is, and since when it is as it is, is told', () => {
  const ready = { type: 'Ready', status: 'True', lastTransitionTime: '2026-11-26T09:00:00Z' }
  const node = nodeOf('device-1', {
    metadata: { labels: { [labels.owner]: '0xabc' } },
    status: { conditions: [ready] },
  })
  expect(viewDevices([node], [], NOW)[0]).toMatchObject({
    owner: '0xabc',
    since: '2026-11-26T09:00:00Z',
  })
})

test('who holds most is named first, and whether it ever ran', () => {
  const never = boundTo('device-1', podOf('never', asking({ cpu: '500m' })))
  const running: Pod = {
    ...boundTo('device-1', podOf('web', asking({ cpu: '1' }))),
    status: {
      containerStatuses: [
        {
          name: 'main',
          image: '',
          imageID: '',
          ready: true,
          restartCount: 0,
          state: { running: {} },
        },
      ],
    },
  }
  const [device] = viewDevices([nodeOf('device-1')], [never, running], NOW)
  expect(device && holdersOf(device, 'cpuMilli')).toEqual([
    { namespace: 'default', name: 'web', amount: 1000, hasStarted: true },
    { namespace: 'default', name: 'never', amount: 500, hasStarted: false },
  ])
})

function boundTo(nodeName: string, pod: Pod): Pod {
  return { ...pod, spec: { ...pod.spec, containers: pod.spec?.containers ?? [], nodeName } }
}
