import { expect, onTestFinished, test } from 'vitest'

import { createMemoryDevice, createPod } from '../../test/memory-device.ts'

const spec = { restartPolicy: 'OnFailure' }

test('a container is ended and started again, as it is, once each time that it is asked for', async () => {
  const { assign, seen, device } = setup()
  await assign(0)
  const [first] = await seen()
  await assign(1)
  const [second] = await seen()
  expect(second?.id).toBe(first?.id)
  expect(second?.startedAtMs).toBeGreaterThan(first?.startedAtMs ?? Infinity)
  expect(statusOf(device)).toMatchObject({
    phase: 'Running',
    containerStatuses: [
      {
        ready: true,
        restartCount: 1,
        state: { running: {} },
        lastState: { terminated: { exitCode: 0, reason: 'Completed' } },
      },
    ],
  })
  await assign(1)
  expect(await seen()).toEqual([second])
  await assign(2)
  expect(statusOf(device)?.containerStatuses).toMatchObject([{ restartCount: 2 }])
  expect(new Set(device.reports.map(({ status }) => status.phase))).toEqual(
    new Set(['Pending', 'Running']),
  )
})

test('any other number asks for one reboot, however high the last one was', async () => {
  const { assign, device } = setup()
  for (const reboots of [0, 999, 1, 1, 0]) await assign(reboots)
  expect(statusOf(device)?.containerStatuses).toMatchObject([{ restartCount: 2 }])
})

test('what waits to be started again, since it failed, is started at once', async () => {
  const { assign, device } = setup('fail')
  await assign(0)
  await device.clock.pass(30_000)
  const before = device.events.filter(({ reason }) => reason === 'Started').length
  await assign(1)
  expect(device.events.filter(({ reason }) => reason === 'Started')).toHaveLength(before + 1)
})

test('an agent that is started anew knows what was rebooted', async () => {
  const { assign, seen, device } = setup()
  await assign(0)
  await assign(1)
  const before = await seen()
  await device.stop()
  device.start()
  await assign(1)
  expect(await seen()).toEqual(before)
})

test('what comes with reboots behind it is started, and no more', async () => {
  const { assign, device } = setup()
  await assign(3)
  expect(device.events.filter(({ reason }) => reason === 'Started')).toHaveLength(1)
  expect(statusOf(device)?.containerStatuses).toMatchObject([{ restartCount: 0 }])
})

test('an agent that died after its end starts it, though it has ended well', async () => {
  const { assign, seen, device } = setup()
  await assign(0)
  const book = await device.store.load()
  await device.stop()
  if (book === undefined) throw new TypeError('Nothing was stored.')
  const pods = book.pods.map((pod) => ({ ...pod, reboots: 1 }))
  const begun = { restarts: 0, nextDelayMs: 0, begunReboot: 1 }
  const restarts = Object.fromEntries(pods.map(({ uid }) => [`${uid}/web`, begun]))
  await device.store.save({ ...book, pods, restarts })
  const [{ id } = { id: undefined }] = await seen()
  if (id !== undefined) await device.engine.stopContainer(id, 2)
  device.start()
  await assign(1)
  expect(await seen()).toMatchObject([{ id, state: 'running' }])
  expect(statusOf(device)).toMatchObject({
    phase: 'Running',
    containerStatuses: [{ restartCount: 1 }],
  })
})

test('what ended for good is not revived by a reboot, nor when its agent is started anew', async () => {
  const { assign, seen, device } = setup('finish')
  await assign(0)
  await assign(1)
  await device.stop()
  device.start()
  await assign(1)
  expect(await seen()).toMatchObject([{ state: 'exited' }])
  expect(device.events.filter(({ reason }) => reason === 'Started')).toHaveLength(1)
})

test('a container that ends and does not start again waits as any that fails', async () => {
  const { assign, device } = setup('fail')
  await assign(0)
  await assign(1)
  const waiting = { reason: 'CrashLoopBackOff' }
  expect(statusOf(device)?.containerStatuses).toMatchObject([{ state: { waiting } }])
})

type MemoryDevice = ReturnType<typeof createMemoryDevice>

function statusOf(device: MemoryDevice) {
  return device.reports.at(-1)?.status
}

function setup(command = 'serve', own: object = {}) {
  const device = createMemoryDevice()
  onTestFinished(() => device.stop())
  let serial = 0
  return {
    device,
    assign: async (reboots: number) => {
      serial += 1
      const pod = createPod('a', { command, spec: { ...spec, ...own } })
      const pods = [{ ...pod, ...(reboots > 0 && { reboots }) }]
      await device.keeper().assign({ term: 1, serial, pods })
      await device.clock.pass(500)
    },
    seen: async () => {
      const all = await device.engine.listContainers()
      return Promise.all(all.map(({ id }) => device.engine.inspectContainer(id)))
    },
  }
}
