import { EngineFailedError } from '@nexqloud/engine'
import { expect, onTestFinished, test } from 'vitest'

import { createMemoryDevice, createPod } from '../../test/memory-device.ts'

test('a container that the engine cannot show stops nothing of the others, and goes when it is to', async () => {
  const lab = setup()
  await lab.assign('a')
  lab.broken.add((await lab.idOf('a')) ?? '')
  await lab.device.stop()
  lab.device.start()
  await lab.assign('a', 'b')
  expect(await lab.device.running()).toEqual(['a-web', 'b-web'])
  await lab.assign('b')
  expect(await lab.device.running()).toEqual(['b-web'])
  await lab.assign()
  expect(await lab.device.running()).toEqual([])
})

test('one that has ended for good is not run again because the engine does not show it', async () => {
  const lab = setup()
  const spec = { restartPolicy: 'Never' }
  await lab.device
    .keeper()
    .assign({ term: 1, serial: 1, pods: [createPod('a', { command: 'finish', spec })] })
  await lab.device.clock.pass(5000)
  lab.broken.add((await lab.idOf('a')) ?? '')
  await lab.device.stop()
  lab.device.start()
  await lab.device.clock.pass(120_000)
  expect(lab.device.events.filter(({ reason }) => reason === 'Started')).toHaveLength(1)
})

test('one that is not shown for a moment is as it was', async () => {
  const lab = setup()
  await lab.assign('a')
  const ready = lab.device.reports.at(-1)
  lab.broken.add((await lab.idOf('a')) ?? '')
  await lab.device.clock.pass(60_000)
  expect(lab.device.reports.at(-1)).toEqual(ready)
  expect(lab.device.faults.length).toBeGreaterThan(0)
})

function setup() {
  const broken = new Set<string>()
  const device = createMemoryDevice((engine) => ({
    ...engine,
    inspectContainer: async (id) => {
      if (!broken.has(id)) return engine.inspectContainer(id)
      throw new EngineFailedError('inspect container', { status: 500, reason: 'RWLayer is nil' })
    },
  }))
  onTestFinished(() => device.stop())
  let serial = 0
  const assign = async (...uids: readonly string[]) => {
    serial += 1
    const pods = uids.map((uid) => createPod(uid))
    await device.keeper().assign({ term: 1, serial, pods })
    await device.clock.pass(60_000)
  }
  const idOf = async (uid: string) =>
    (await device.engine.listContainers({ 'io.kubernetes.pod.uid': uid }))[0]?.id
  return { device, broken, assign, idOf }
}
