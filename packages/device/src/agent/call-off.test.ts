import { expect, onTestFinished, test } from 'vitest'

import { createMemoryDevice, createPod } from '../../test/memory-device.ts'

/** A container that has an hour to end, and takes it, is to end for one reason and then for another one. */

const grace = { terminationGracePeriodSeconds: 3600 }
const livenessProbe = { tcpSocket: { port: 80 }, periodSeconds: 1, failureThreshold: 1 }

type Then = { readonly reboots?: number; readonly image?: string }

test.each<readonly [string, object, Then]>([
  ['a reboot', {}, { reboots: 1 }],
  ['another image', {}, { image: 'registry.test/a/web:2' }],
  ['a failed probe', { container: { livenessProbe } }, {}],
])('what is to go while it ends for %s goes in the time that it is given', async (_, own, then) => {
  const device = createMemoryDevice()
  onTestFinished(() => device.stop())
  const assign = async (serial: number, { reboots, ...more }: Then) => {
    const pod = createPod('a', { command: 'resist', spec: grace, ...own, ...more })
    await device
      .keeper()
      .assign({ term: 1, serial, pods: [{ ...pod, ...(reboots && { reboots }) }] })
    await device.clock.pass(5000)
  }
  await assign(1, {})
  device.probed.outcome = { passed: false, message: 'refused' }
  await assign(2, then)
  expect(device.events.at(-1)).toMatchObject({ reason: 'Killing' })
  const ending = [{ uid: 'a', graceSeconds: 5 }]
  await device.keeper().assign({ term: 1, serial: 3, pods: [], ending })
  await device.clock.pass(10_000)
  expect(await device.engine.listContainers()).toEqual([])
  expect(device.events.filter(({ reason }) => reason === 'Started')).toHaveLength(1)
})

test('what is called off just as its container has ended for a reboot is not started again', async () => {
  let hasEnded = (): Promise<unknown> => Promise.resolve()
  const device = createMemoryDevice((engine) => ({
    ...engine,
    inspectContainer: async (id) => {
      const seen = await engine.inspectContainer(id)
      if (seen.exit !== undefined) await hasEnded()
      return seen
    },
  }))
  onTestFinished(() => device.stop())
  await device.keeper().assign({ term: 1, serial: 1, pods: [createPod('a')] })
  await device.clock.pass(5000)
  hasEnded = () => device.keeper().assign({ term: 1, serial: 3, pods: [] })
  const pods = [{ ...createPod('a'), reboots: 1 }]
  await device.keeper().assign({ term: 1, serial: 2, pods })
  await device.clock.pass(60_000)
  expect(await device.engine.listContainers()).toEqual([])
  expect(device.events.filter(({ reason }) => reason === 'Started')).toHaveLength(1)
})

test('an agent that is to end waits for no container', async () => {
  const device = createMemoryDevice()
  const pod = createPod('a', { command: 'resist', spec: grace })
  await device.keeper().assign({ term: 1, serial: 1, pods: [pod] })
  await device.clock.pass(1000)
  const other = createPod('a', { command: 'resist', spec: grace, image: 'registry.test/a/web:2' })
  await device.keeper().assign({ term: 1, serial: 2, pods: [other] })
  await device.clock.pass(1000)
  await device.stop()
  expect(await device.running()).toEqual(['a-web'])
})
