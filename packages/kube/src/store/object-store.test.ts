import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'

import type { JsonObject } from '../json.ts'
import type { KubeObject } from '../object.ts'
import type { Disk, Row } from './disk.ts'
import { RevisionExpiredError, StoreFailedError, StoreLockedError } from './errors.ts'
import type { StoreEvent } from './event-log.ts'
import { openLevelDisk } from './level-disk.ts'
import { createMemoryDisk } from './memory-disk.ts'
import { openObjectStore, type ObjectStore } from './object-store.ts'

const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const disks = {
  memory: async () => createMemoryDisk(),
  level: async () => openLevelDisk(createFolder()),
}

describe.each(Object.entries(disks))('a store on %s', (_, openDisk) => {
  test('gives each change a version of its own, over all kinds', async () => {
    const store = await openObjectStore(await openDisk())
    const [pod, node] = [await put(store, 'a'), await put(store, 'n', { resource: 'nodes' })]
    expect([versionOf(pod), versionOf(node), store.revision()]).toEqual([1, 2, 2])
    await store.close()
  })

  test('keeps the version of what a write does not change', async () => {
    const store = await openObjectStore(await openDisk())
    const first = await put(store, 'a')
    expect(await store.write(keyOf('a'), (current) => current)).toBe(first)
    expect(store.revision()).toBe(1)
    await store.close()
  })

  test('decides each change on the one before it, though none is on the disk yet', async () => {
    const store = await openObjectStore(await openDisk())
    const count = (current: KubeObject | undefined) =>
      podOf('a', { count: Number(current?.spec?.['count'] ?? 0) + 1 })
    await Promise.all(Array.from({ length: 50 }, () => store.write(keyOf('a'), count)))
    expect(store.get(keyOf('a'))?.spec).toEqual({ count: 50 })
    await store.close()
  })

  test('shows a change to readers and watchers only once it is on the disk', async () => {
    const store = await openObjectStore(await openDisk())
    const seen: StoreEvent[] = []
    const stop = store.subscribe('pods', (event) => seen.push(event))
    const writing = put(store, 'a')
    expect([store.get(keyOf('a')), store.revision(), seen]).toEqual([undefined, 0, []])
    await writing
    stop()
    await put(store, 'b')
    expect(seen.map(({ type, key }) => [type, key.name])).toEqual([['ADDED', 'a']])
    await store.close()
  })

  test('refuses what the decision refuses, and changes nothing', async () => {
    const store = await openObjectStore(await openDisk())
    const refuse = () => {
      throw new Error('no')
    }
    await expect(store.write(keyOf('a'), refuse)).rejects.toThrow('no')
    expect(store.revision()).toBe(0)
    await store.close()
  })

  test('refuses for what was written just before only once that can be read', async () => {
    const store = await openObjectStore(await openDisk())
    const writing = put(store, 'a')
    const refusing = store.write(keyOf('a'), (current) => {
      throw new Error(`${current?.metadata.name} is there`)
    })
    await expect(refusing).rejects.toThrow('a is there')
    expect(store.get(keyOf('a'))).toBeDefined()
    await writing
    await store.close()
  })

  test('lists by namespace and name', async () => {
    const store = await openObjectStore(await openDisk())
    for (const name of ['b', 'a', 'c']) await put(store, name)
    await put(store, 'z', { namespace: 'another' })
    const names = (list: readonly KubeObject[]) => list.map(({ metadata }) => metadata.name)
    expect(names(store.list('pods'))).toEqual(['z', 'a', 'b', 'c'])
    expect(names(store.list('pods', 'default'))).toEqual(['a', 'b', 'c'])
    expect(names(store.list('pods', 'none'))).toEqual([])
    await store.close()
  })

  test('forgets the oldest changes, and says so to whoever asks for them', async () => {
    const store = await openObjectStore(await openDisk(), { retainedEvents: 10 })
    await Promise.all(Array.from({ length: 1010 }, (_item, index) => put(store, `p${index}`)))
    await put(store, 'last')
    expect(store.compacted()).toBe(1000)
    expect(eventsOf(store, 1000)).toHaveLength(11)
    expect(() => store.nextEvent('pods', 999)).toThrow(RevisionExpiredError)
    await store.close()
  })

  test('forgets changes of what is large sooner', async () => {
    const store = await openObjectStore(await openDisk(), { retainedLength: 10_000 })
    for (let count = 0; count < 100; count += 1) {
      await store.write(keyOf('a'), () => podOf('a', { count, text: 'x'.repeat(1000) }))
    }
    const kept = eventsOf(store, store.compacted())
    expect(kept.length).toBeGreaterThan(5)
    expect(kept.length).toBeLessThan(12)
    await store.close()
  })
})

test('objects, changes and versions are the same after a restart, whatever was done', async () => {
  const step = fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    count: fc.option(fc.integer({ min: 0, max: 2 })),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      const folder = createFolder()
      const before = await openObjectStore(await openLevelDisk(folder))
      for (const { name, count } of steps) {
        await before
          .write(keyOf(name), () => (count === null ? undefined : podOf(name, { count })))
          .catch(() => undefined)
      }
      const expected = [before.list('pods'), eventsOf(before, 0), before.revision()]
      await before.close()
      const after = await openObjectStore(await openLevelDisk(folder))
      expect([after.list('pods'), eventsOf(after, 0), after.revision()]).toEqual(expected)
      await after.close()
    }),
    { numRuns: 15 },
  )
})

test('what is forgotten stays forgotten after a restart', async () => {
  const folder = createFolder()
  const before = await openObjectStore(await openLevelDisk(folder), { retainedEvents: 0 })
  await Promise.all(Array.from({ length: 1000 }, (_item, index) => put(before, `p${index}`)))
  await put(before, 'last')
  await before.close()
  const after = await openObjectStore(await openLevelDisk(folder))
  expect([after.compacted(), after.revision()]).toEqual([1000, 1001])
  await after.close()
})

test('many writers share one write of the disk', async () => {
  const batches: number[] = []
  const disk = recordBatches((rows) => batches.push(rows.length))
  const store = await openObjectStore(disk)
  await Promise.all(Array.from({ length: 100 }, (_item, index) => put(store, `p${index}`)))
  expect(batches).toEqual([200])
})

test('what changes nothing is answered though others write on and on', async () => {
  const disk = createMemoryDisk()
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      setTimeout(resolve, ms)
    })
  const write: typeof disk.write = async (batch) => {
    await pause(20)
    await disk.write(batch)
  }
  const store = await openObjectStore({ ...disk, write })
  const first = await put(store, 'a')
  let count = 0
  const writing: Promise<unknown>[] = []
  const timer = setInterval(() => writing.push(put(store, `b${(count += 1)}`)), 2)
  await pause(30)
  const late = pause(300).then(() => 'late')
  const answer = await Promise.race([store.write(keyOf('a'), (current) => current), late])
  clearInterval(timer)
  await Promise.all(writing)
  expect(answer).toBe(first)
})

test('a disk that refused is written to again once it has recovered, and what it kept nevertheless has happened', async () => {
  const disk = createMemoryDisk()
  const failure = new StoreFailedError('/data', new Error('ENOSPC'))
  const state = { isFull: true, keeps: false }
  const store = await openObjectStore({
    ...disk,
    write: async (batch) => {
      if (!state.isFull || state.keeps) await disk.write(batch)
      if (state.isFull) throw failure
    },
    recover: async () => {
      if (state.isFull) throw failure
    },
  })
  await expect(put(store, 'a')).rejects.toThrow('The objects in /data cannot be written')
  await expect(put(store, 'b')).rejects.toThrow(StoreFailedError)
  expect(store.list('pods')).toEqual([])
  state.isFull = false
  await vi.waitFor(() => put(store, 'c'))
  Object.assign(state, { isFull: true, keeps: true })
  await expect(put(store, 'd')).rejects.toThrow(StoreFailedError)
  state.isFull = false
  await vi.waitFor(() => put(store, 'e'))
  const names = store.list('pods').map(({ metadata }) => metadata.name)
  expect([names, store.revision()]).toEqual([['c', 'd', 'e'], 3])
})

test('a folder that another server has is named, with what to do', async () => {
  const folder = createFolder()
  const disk = await openLevelDisk(folder)
  await expect(openLevelDisk(folder)).rejects.toThrow(StoreLockedError)
  await disk.close()
})

function recordBatches(onWrite: (batch: readonly Row[]) => void): Disk {
  const disk = createMemoryDisk()
  return {
    ...disk,
    write: async (batch) => {
      onWrite(batch)
      await disk.write(batch)
    },
  }
}

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-kube-'))
  folders.push(folder)
  return folder
}

const keyOf = (name: string) => ({ resource: 'pods', namespace: 'default', name })

function eventsOf(store: ObjectStore, after: number): readonly StoreEvent[] {
  const event = store.nextEvent('pods', after)
  return event === undefined ? [] : [event, ...eventsOf(store, event.revision)]
}

function podOf(name: string, spec: JsonObject = { count: 0 }): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec }
}

function put(
  store: ObjectStore,
  name: string,
  where: { readonly resource?: string; readonly namespace?: string } = {},
): Promise<KubeObject> {
  return store.write({ ...keyOf(name), ...where }, () => podOf(name))
}

function versionOf({ metadata }: KubeObject): number {
  return Number(metadata.resourceVersion)
}
