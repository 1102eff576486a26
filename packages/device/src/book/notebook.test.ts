import { afterEach, expect, test } from 'vitest'

import { createMemoryDevice, createPod, type MemoryDevice } from '../../test/memory-device.ts'

let device: MemoryDevice
afterEach(() => device.stop())

test('what was remembered counts for an assignment that comes before it was read', async () => {
  device = createMemoryDevice()
  await device.keeper().assign({ term: 5, serial: 1, pods: [] })
  await device.stop()
  const slow = Promise.withResolvers<void>()
  const load = async () => {
    await slow.promise
    return device.store.load()
  }
  device.start({ ...device.store, load })
  const late = device.keeper().assign({ term: 4, serial: 1, pods: [createPod('a')] })
  slow.resolve()
  await expect(late).rejects.toMatchObject({ code: 'DEVICE_ASSIGNMENT_STALE' })
})

test('an assignment that cannot be remembered is not obeyed, and the one before stays', async () => {
  device = createMemoryDevice()
  let isFull = false
  await device.stop()
  const save: typeof device.store.save = async (book) => {
    if (isFull) throw new Error('The disk is full.')
    await device.store.save(book)
  }
  device.start({ ...device.store, save })
  await assign([createPod('a')])
  isFull = true
  await expect(assign([createPod('b')])).rejects.toThrow('The disk is full.')
  await device.clock.pass(1000)
  expect(await device.running()).toEqual(['a-web'])
})

test('restarts that are counted while an assignment is being written are kept', async () => {
  device = createMemoryDevice()
  await device.stop()
  const slow = Promise.withResolvers<void>()
  let saves = 0
  const save: typeof device.store.save = async (book) => {
    saves += 1
    if (saves === 2) await slow.promise
    await device.store.save(book)
  }
  device.start({ ...device.store, save })
  await device.keeper().assign({ term: 1, serial: 1, pods: [createPod('a', { command: 'fail' })] })
  const second = device
    .keeper()
    .assign({ term: 2, serial: 1, pods: [createPod('a', { command: 'fail' })] })
  await device.clock.pass(500)
  slow.resolve()
  await second
  await device.clock.pass(500)
  const { term, restarts } = (await device.store.load()) ?? {}
  expect([term, restarts?.['a/web']?.restarts]).toEqual([2, 1])
})

async function assign(pods: readonly ReturnType<typeof createPod>[]): Promise<void> {
  await device.keeper().assign({ term: 1, serial: 1, pods: [...pods] })
  await device.clock.pass(500)
}
