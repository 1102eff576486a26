import { afterEach, expect, test } from 'vitest'

import { createMemoryDevice, createPod, type MemoryDevice } from '../../test/memory-device.ts'
import type { AssignmentAnswer } from '../protocol/assignment.ts'
import { BookUnsavedError } from './errors.ts'

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

test('of an assignment that cannot be remembered what ends ends, and nothing begins until it can be', async () => {
  device = createMemoryDevice()
  let isFull = false
  await device.stop()
  const save: typeof device.store.save = async (book) => {
    const cause = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    if (isFull) throw new BookUnsavedError('assignment.json', cause)
    await device.store.save(book)
  }
  device.start({ ...device.store, save })
  await assign([createPod('a'), createPod('b')])
  isFull = true
  const answer = await assign([createPod('b'), createPod('c')])
  const why = "the device's disk is full (ENOSPC)"
  expect(answer).toEqual({ fenced: [], unsaved: { isFull: true, why, held: ['b'] } })
  expect(await device.running()).toEqual(['b-web'])
  expect(device.faults).toMatchObject([{ code: 'DEVICE_BOOK_UNSAVED' }])
  expect((await device.store.load())?.pods.map(({ uid }) => uid)).toEqual(['a', 'b'])
  isFull = false
  expect(await assign([createPod('b'), createPod('c')])).toEqual({ fenced: [] })
  expect(await device.running()).toEqual(['b-web', 'c-web'])
})

test('an assignment of a store that has a fault is not obeyed', async () => {
  device = createMemoryDevice()
  await device.stop()
  const save = async (): Promise<void> => {
    throw new Error('a fault')
  }
  device.start({ ...device.store, save })
  await expect(assign([createPod('b')])).rejects.toThrow('a fault')
  await device.clock.pass(1000)
  expect(await device.running()).toEqual([])
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

async function assign(pods: readonly ReturnType<typeof createPod>[]): Promise<AssignmentAnswer> {
  const answer = await device.keeper().assign({ term: 1, serial: 1, pods: [...pods] })
  await device.clock.pass(3000)
  return answer
}
