import { expect, test } from 'vitest'

import type { Pod } from '../object/object.ts'
import type { Instance } from './instance.ts'
import { planHealing, type NodeState } from './plan.ts'

const spec = { containers: [], nodeName: 'a' }
const ownerReferences = [
  { apiVersion: 'nexqloud.io/v1', kind: 'Instance', name: 'web', uid: 'i1', controller: true },
]
const own: Pod = { metadata: { uid: 'p1', ownerReferences }, spec, status: { phase: 'Running' } }
const bare: Pod = { metadata: { uid: 'p1' }, spec, status: { phase: 'Running' } }
const failed: Pod = { ...own, status: { phase: 'Failed' } }
const instance: Instance = { metadata: { uid: 'i1' }, spec: { template: { spec } } }
const other: Instance = { ...instance, metadata: { uid: 'i2' } }
const lastStop = { cause: '', actor: '', evidence: '', device: '', pod: 'p1', at: '' }
const halted: Instance = { ...instance, spec: { ...instance.spec, runStrategy: 'Halted' } }
const frozenWhy = { reason: 'FundsTooLow', message: 'it has too little', at: '' }
const frozen: Instance = { ...instance, status: { frozen: frozenWhy } }
const remembering: Instance = { ...instance, status: { lastStop } }
const once: Pod = { ...failed, spec: { ...spec, restartPolicy: 'Never' } }
const message = 'DiskFull: Image web:1 cannot be had: the disk of the engine is full.'
const waiting = { name: 'main', state: { waiting: { reason: 'ImagePullBackOff', message } } }
const unpulled = { ...waiting, image: '', imageID: '', ready: false, restartCount: 0 }
const status = { phase: 'Pending', containerStatuses: [unpulled] }
const full: Pod = { ...own, status }
const ending = (pod: Pod): Pod => ({
  ...pod,
  metadata: { ...pod.metadata, deletionTimestamp: 'now' },
})

type Row = readonly [
  sentence: string,
  given: readonly [Instance | undefined, Pod | undefined, NodeState],
  action: string,
]

const rows: readonly Row[] = [
  ['nothing is done about nothing', [undefined, undefined, 'there'], 'nothing'],
  ['an instance without a pod gets one', [instance, undefined, 'there'], 'create'],
  ['a pod that runs is left alone', [instance, own, 'there'], 'nothing'],
  ['a pod on a lost device is replaced', [instance, own, 'lost'], 'replace'],
  ['a pod on a device that is gone is replaced', [instance, own, 'gone'], 'replace'],
  [
    'a stop that is remembered already only takes the pod away',
    [remembering, own, 'lost'],
    'remove',
  ],
  [
    'what is to run always is replaced where its device says that it ended well',
    [instance, { ...own, status: { phase: 'Succeeded' } }, 'there'],
    'replace',
  ],
  [
    'what is to run until it ends well is left alone once it has',
    [
      instance,
      { ...own, spec: { ...spec, restartPolicy: 'OnFailure' }, status: { phase: 'Succeeded' } },
      'there',
    ],
    'nothing',
  ],
  ['a halted instance gets no pod', [halted, undefined, 'there'], 'nothing'],
  ['the pod of a halted instance is stopped', [halted, own, 'there'], 'halt'],
  ['one that has ended, too', [halted, once, 'there'], 'halt'],
  [
    'of a halted one that has ended on a lost device nothing is left',
    [halted, { ...own, status: { phase: 'Succeeded' } }, 'lost'],
    'remove',
  ],
  [
    'a halt that is remembered already only ends it',
    [{ ...halted, status: { lastStop } }, own, 'there'],
    'end',
  ],
  ['a halted pod that ends is left to its device', [halted, ending(own), 'there'], 'nothing'],
  ['a frozen instance gets no pod', [frozen, undefined, 'there'], 'nothing'],
  ['the pod of a frozen instance is stopped', [frozen, own, 'there'], 'freeze'],
  ['one that has failed, too', [frozen, failed, 'there'], 'freeze'],
  ['a frozen pod that ends is left to its device', [frozen, ending(own), 'there'], 'nothing'],
  ['a pod that failed is replaced', [instance, failed, 'there'], 'replace'],
  ['a pod whose image has no room on the device is replaced', [instance, full, 'there'], 'replace'],
  ['one of them without an instance waits', [undefined, { ...bare, status }, 'there'], 'nothing'],
  ['a pod that runs once may fail', [instance, once, 'there'], 'nothing'],
  ['a pod without an instance on a lost device has failed', [undefined, bare, 'lost'], 'fail'],
  ['a pod without an instance is left alone', [undefined, bare, 'there'], 'nothing'],
  [
    'a pod that has the name of an instance by chance is left alone',
    [instance, bare, 'there'],
    'nothing',
  ],
  ['a pod whose instance is gone is ended', [undefined, own, 'there'], 'end'],
  ['a pod of an earlier instance of the name is ended', [other, own, 'there'], 'end'],
  ['a pod that ends is left to its device', [instance, ending(own), 'there'], 'nothing'],
  ['a pod on a device that its owner wants empty is moved', [instance, own, 'draining'], 'move'],
  ['one without an instance too', [undefined, bare, 'draining'], 'move'],
  ['a move that is remembered already only ends it', [remembering, own, 'draining'], 'end'],
  ['what has ended there is left alone', [instance, once, 'draining'], 'nothing'],
  ['a pod that ends on a lost device is taken away', [instance, ending(own), 'lost'], 'remove'],
]

test.each(rows)('%s', (_, [wanted, pod, node], action) => {
  expect(planHealing(wanted, pod, node).do).toBe(action)
})

test('where an image has no room, the device is to blame, in its own words', () => {
  expect(planHealing(instance, full, 'there')).toMatchObject({
    cause: { cause: 'DeviceDiskFull', evidence: message, isPodFailure: true },
  })
})
