import { expect, test } from 'vitest'

import { StoreFailedError } from './errors.ts'
import { createMemoryStore } from './memory-store.ts'
import { createWriteFuse, guardWrites } from './write-fuse.ts'

const key = Uint8Array.of(1)

test('after a write that failed nothing is written, though the disk would take it', async () => {
  const memory = createMemoryStore()
  const failure = new StoreFailedError('/data', new Error('ENOSPC'))
  let isFull = true
  const write: typeof memory.write = async (batch) => {
    if (isFull) throw failure
    await memory.write(batch)
  }
  const fuse = createWriteFuse()
  const store = guardWrites({ ...memory, write }, fuse)
  await expect(store.write([{ key, value: key }])).rejects.toBe(failure)
  isFull = false
  await expect(store.write([{ key, value: key }])).rejects.toBe(failure)
  expect(await memory.get(key)).toBeUndefined()
  await expect(fuse.blown).rejects.toBe(failure)
})
