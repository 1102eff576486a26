import { expect, test } from 'vitest'

import { troubleOf } from './trouble.ts'
import type { InstanceView } from './view.ts'

type Pod = NonNullable<InstanceView['pod']>
type Status = NonNullable<Pod['status']>
type Container = NonNullable<Status['containerStatuses']>[number]

const spec = { containers: [{ name: 'main', image: 'x' }] }
const instance: InstanceView['instance'] = {
  metadata: { name: 'web' },
  spec: { template: { spec } },
}
const lastStop = { actor: 'user', evidence: 'so it was', device: 'd', pod: 'p', at: '' }

type Row = readonly [
  sentence: string,
  container: Partial<Container>,
  told: { readonly reason: string; readonly message: string },
]

test.each<Row>([
  [
    'an image of another architecture',
    waiting('ImagePullBackOff', 'ImageArchitecture: Image x: it is made for arm64.'),
    { reason: 'ImageArchitecture', message: 'Image x: it is made for arm64.' },
  ],
  [
    'credentials that the registry does not know',
    waiting('ImagePullBackOff', 'ImageUnauthorized: Image x: refused.'),
    { reason: 'ImageUnauthorized', message: 'Image x: refused.' },
  ],
  [
    'a pull that says no more',
    waiting('ErrImagePull', 'it failed'),
    { reason: 'ErrImagePull', message: 'it failed' },
  ],
  [
    'a container that needed more memory than it has',
    crashed({ reason: 'OOMKilled', exitCode: 137, signal: 9, message: 'It needed more.' }),
    {
      reason: 'OOMKilled',
      message: 'its command ended with exit code 137 by signal 9: It needed more.',
    },
  ],
  [
    'a command that the image does not have',
    crashed({ reason: 'StartError', exitCode: 127, message: 'no such file' }),
    { reason: 'StartError', message: 'its command ended with exit code 127: no such file' },
  ],
  [
    'a container that the engine does not make',
    waiting('CreateContainerError', 'too many CPUs'),
    { reason: 'CreateContainerError', message: 'too many CPUs' },
  ],
])('%s is told with what to do, and that waiting does not help', (_, container, told) => {
  const status = { phase: 'Pending', containerStatuses: [containerOf(container)] }
  const trouble = troubleOf(viewOf(status))
  expect(trouble).toMatchObject({ ...told, isFinal: true })
  expect(trouble?.hint).not.toBe('Look at its log and its events.')
})

test('a registry that is away and a full disk may pass', () => {
  for (const reason of ['RegistryUnavailable', 'DiskFull']) {
    const container = containerOf(waiting('ImagePullBackOff', `${reason}: Image x: …`))
    const trouble = troubleOf(viewOf({ containerStatuses: [container] }))
    expect(trouble).toMatchObject({ reason, isFinal: false })
  }
})

test('what a device refuses is told with its fields, also between two pods', () => {
  const message = 'The pod was refused: spec.hostNetwork is not allowed.'
  const refused = viewOf({ phase: 'Failed', reason: 'PodRefused', message })
  expect(troubleOf(refused)).toMatchObject({ reason: 'PodRefused', message, isFinal: true })
  const stop = { ...lastStop, cause: 'PodRefused', evidence: message }
  const between = { ...instance, status: { failedPods: 1, lastStop: stop } }
  expect(troubleOf({ instance: between, pod: undefined, events: [] })).toMatchObject({
    reason: 'PodRefused',
    message,
  })
})

test('what the API refuses is told from its event', () => {
  const event = {
    metadata: {},
    involvedObject: { name: 'web' },
    reason: 'FailedCreate',
    message: 'Pod "web" is invalid: spec.containers[0].image',
  }
  const refused = { ...instance, status: { notBeforeMs: 1 } }
  expect(troubleOf({ instance: refused, pod: undefined, events: [event] })).toMatchObject({
    reason: 'FailedCreate',
    message: event.message,
    isFinal: true,
  })
})

test('what is frozen says why, and that it runs again by itself', () => {
  const frozen = { reason: 'FundsTooLow', message: 'the account has too little to spend', at: '' }
  const poor = { ...instance, status: { frozen } }
  expect(troubleOf({ instance: poor, pod: undefined, events: [] })).toEqual({
    reason: 'Frozen, FundsTooLow',
    message: 'the account has too little to spend',
    hint: 'nexqloud account show tells how the account stands; web runs again by itself once that is over.',
    isFinal: true,
  })
})

test('what runs, begins, or has run once as it should has no trouble', () => {
  const running = containerOf({ state: { running: { startedAt: '' } } })
  const begins = containerOf(waiting('ContainerCreating', ''))
  const done = containerOf({ state: { terminated: { exitCode: 0, reason: 'Completed' } } })
  expect(troubleOf(viewOf({ phase: 'Running', containerStatuses: [running] }))).toBeUndefined()
  expect(troubleOf(viewOf({ phase: 'Pending', containerStatuses: [begins] }))).toBeUndefined()
  const once = viewOf({ phase: 'Succeeded', containerStatuses: [done] }, 'Never')
  expect(troubleOf(once)).toBeUndefined()
  expect(troubleOf({ instance, pod: undefined, events: [] })).toBeUndefined()
})

test('what runs and is not ready is told why its probe fails', () => {
  const running = containerOf({ state: { running: { startedAt: '' } } })
  const conditions = [{ type: 'Ready', status: 'False' }]
  const view = viewOf({ phase: 'Running', conditions, containerStatuses: [running] })
  expect(troubleOf(view)).toBeUndefined()
  const about = (uid: string, message: string) => {
    return { metadata: {}, involvedObject: { name: 'web', uid }, reason: 'Unhealthy', message }
  }
  const events = [about('p', 'readiness: nothing listens on port 80'), about('other', 'x')]
  const pod = { ...view.pod, metadata: { uid: 'p' } }
  expect(troubleOf({ ...view, pod, events })).toMatchObject({
    reason: 'NotReady',
    message: 'readiness: nothing listens on port 80',
    isFinal: false,
  })
})

test('what ran once and failed is told', () => {
  const failed = containerOf({ state: { terminated: { exitCode: 3, reason: 'Error' } } })
  const once = viewOf({ phase: 'Failed', containerStatuses: [failed] }, 'Never')
  expect(troubleOf(once)).toMatchObject({
    reason: 'Error',
    message: 'its command ended with exit code 3',
  })
})

test('what its owner stopped is told with how it starts again', () => {
  const stop = { ...lastStop, cause: 'UserStopped' }
  const halted: InstanceView['instance'] = {
    ...instance,
    spec: { ...instance.spec, runStrategy: 'Halted' },
    status: { lastStop: stop },
  }
  expect(troubleOf({ instance: halted, pod: undefined, events: [] })).toMatchObject({
    reason: 'UserStopped',
    hint: 'nexqloud start web starts it again.',
  })
})

function viewOf(status: Status, restartPolicy = 'Always'): InstanceView {
  return { instance, pod: { spec: { ...spec, restartPolicy }, status }, events: [] }
}

function containerOf(more: Partial<Container>): Container {
  return { name: 'main', image: 'x', imageID: '', ready: false, restartCount: 0, ...more }
}

function waiting(reason: string, message: string): Partial<Container> {
  return { state: { waiting: { reason, message } } }
}

function crashed(terminated: NonNullable<NonNullable<Container['lastState']>['terminated']>) {
  return { ...waiting('CrashLoopBackOff', 'back-off'), lastState: { terminated } }
}

test('a full disk is told by the same word, whether it was found before a device was chosen or after', () => {
  const message = 'blocked by full disks: the only device has a disk that is full'
  const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }]
  const trouble = troubleOf(viewOf({ phase: 'Pending', conditions }))
  expect(trouble).toMatchObject({ reason: 'DeviceDiskFull', message, isFinal: false })
})
