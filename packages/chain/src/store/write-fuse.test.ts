import { expect, test } from 'vitest'

import { settle } from '../../test/manual-clock.ts'
import type { KeyValueStore } from './key-value-store.ts'
import { createMemoryStore } from './memory-store.ts'
import { createWriteFuse, guardWrites, type WriteFuse } from './write-fuse.ts'

test('one write at a time, in the order in which they came, of all stores', async () => {
  const fuse = createWriteFuse()
  const [first, second] = [openGated(fuse), openGated(fuse)]
  const writes = [first, second, first].map(({ store }) => store.write([]))
  await settle()
  expect([first.begun(), second.begun()]).toEqual([1, 0])
  first.end()
  await settle()
  expect([first.begun(), second.begun()]).toEqual([1, 1])
  second.end()
  await settle()
  first.end()
  await Promise.all(writes)
})

test('after a write that failed nothing is written, by whatever store', async () => {
  const fuse = createWriteFuse()
  const told: unknown[] = []
  const onFailure = (failure: unknown): void => void told.push(failure)
  const [first, second] = [openGated(fuse, onFailure), openGated(fuse, onFailure)]
  const failing = first.store.write([])
  const waiting = second.store.write([])
  await settle()
  first.fail(new Error('ENOSPC'))
  await expect(failing).rejects.toThrow('ENOSPC')
  await expect(waiting).rejects.toMatchObject({ code: 'CHAIN_STORE_FAILED' })
  await expect(first.store.write([])).rejects.toThrow('a write before this one failed')
  expect(second.begun()).toBe(0)
  expect(told).toEqual([new Error('ENOSPC')])
})

/** A store whose writes end when the test says so. */
function openGated(fuse: WriteFuse, onFailure?: (failure: unknown) => void) {
  let begun = 0
  let now = Promise.withResolvers<void>()
  const write: KeyValueStore['write'] = async () => {
    begun += 1
    now = Promise.withResolvers<void>()
    await now.promise
  }
  return {
    store: guardWrites({ ...createMemoryStore(), write }, { fuse, onFailure }),
    begun: () => begun,
    end: () => now.resolve(),
    fail: (failure: Error) => now.reject(failure),
  }
}
