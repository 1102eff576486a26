import { createManualClock } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createMemoryMachine } from '../memory/memory-engine.ts'
import { createImageCache, selectEvictions } from './image-cache.ts'
import type { ImageId, PullProgress, PullRequest } from './image.ts'

const HOUR_MS = 3_600_000

const images = fc.uniqueArray(
  fc.record({
    id: fc.nat().map((number) => `sha256:${number}` as ImageId),
    sizeBytes: fc.nat(1000),
    lastUsedMs: fc.nat(HOUR_MS),
    isInUse: fc.boolean(),
  }),
  { selector: ({ id }) => id },
)

test('evicts what was not wanted longest, never what is in use or young, and no more than it must', () => {
  fc.assert(
    fc.property(images, fc.nat(10_000), (cached, limitBytes) => {
      const evicted = new Set(selectEvictions(cached, { limitBytes, nowMs: HOUR_MS }))
      const total = (some: typeof cached) => some.reduce((sum, one) => sum + one.sizeBytes, 0)
      const kept = cached.filter(({ id }) => !evicted.has(id))
      const gone = cached.filter(({ id }) => evicted.has(id))
      const canGo = (one: (typeof cached)[number]) =>
        !one.isInUse && HOUR_MS - one.lastUsedMs >= 120_000
      expect(gone.every(canGo)).toBe(true)
      if (total(kept) > limitBytes) expect(kept.filter(canGo)).toEqual([])
      const latest = gone.toSorted((a, b) => b.lastUsedMs - a.lastUsedMs)[0]
      if (latest !== undefined) expect(total(kept) + latest.sizeBytes).toBeGreaterThan(limitBytes)
      const older = kept.filter(canGo).filter((one) => one.lastUsedMs < (latest?.lastUsedMs ?? 0))
      expect(older).toEqual([])
    }),
  )
})

test('makes room for the next image, but not below a container', async () => {
  const { engine, cache, clock } = setup(2500)
  const first = await cache.pull({ image: 'a.test/x/one:1' })
  await engine.createContainer({
    name: 'user',
    image: first.id,
    network: { kind: 'none' },
    limits: { memoryBytes: 1, cpuMilli: 1, pids: 1 },
    capabilities: [],
  })
  const second = await cache.pull({ image: 'a.test/x/two:1' })
  await clock.pass(HOUR_MS)
  const third = await cache.pull({ image: 'a.test/x/three:1' })
  expect((await engine.listImages()).map(({ id }) => id)).toEqual([first.id, third.id])
  expect(await cache.trim()).toEqual([])
  expect(second.id).not.toBe(third.id)
})

test('refuses an image that is larger than all it may hold, and keeps nothing of it', async () => {
  const { engine, cache } = setup(999)
  await expect(cache.pull({ image: 'a.test/x/one:1' })).rejects.toMatchObject({
    reason: 'ImageTooLarge',
    message: 'Image a.test/x/one:1: it has 1000 bytes; the cache may hold 999.',
  })
  expect(await engine.listImages()).toEqual([])
})

test('an image that turns out to be too large while it comes is not brought to its end', async () => {
  const { engine } = setup(999)
  const told: number[] = []
  const brings = {
    ...engine,
    pullImage: async ({ onProgress, signal }: PullRequest) => {
      for (let currentBytes = 0; ; currentBytes += 100) {
        signal?.throwIfAborted()
        onProgress?.({ currentBytes, totalBytes: currentBytes })
      }
    },
  }
  const cache = createImageCache({ engine: brings, limitBytes: 999, nowMs: () => 0 })
  const onProgress = ({ totalBytes }: PullProgress) => void told.push(totalBytes)
  await expect(cache.pull({ image: 'a.test/x/one:1', onProgress })).rejects.toMatchObject({
    reason: 'ImageTooLarge',
  })
  expect(told.at(-1)).toBe(900)
})

function setup(limitBytes: number) {
  const clock = createManualClock()
  const registry = ['one', 'two', 'three'].map((name, number) => ({
    name: `a.test/x/${name}:1`,
    digest: `sha256:${`${number}`.repeat(64)}`,
    architecture: 'amd64',
    sizeBytes: 1000,
    programs: {},
    command: [],
  }))
  const engine = createMemoryMachine({ clock, registry }).engine('device')
  return { clock, engine, cache: createImageCache({ engine, limitBytes, nowMs: clock.steadyMs }) }
}
