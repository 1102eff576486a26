import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import type { StoredVolume, VolumePlace, VolumeStore } from '../src/volume/volume-store.ts'

/** A store to be held to its port, and what a container would do with what it attaches. */
export type VolumesUnderTest = {
  readonly store: VolumeStore
  readonly write: (place: VolumePlace, name: string, text: string) => Promise<void>
  /** Returns a file's text; nothing where nothing is attached, or there is no such file. */
  readonly read: (place: VolumePlace, name: string) => Promise<string | undefined>
  /** Keeps a file of a volume open until what it returns is called. */
  readonly hold: (id: string, place: VolumePlace) => Promise<() => Promise<void>>
  /** Changes a snapshot behind the store's back. */
  readonly damage: (snapshot: string) => Promise<void>
  /** Returns the store as whoever starts anew after a crash finds it. */
  readonly reopen: () => Promise<VolumeStore>
  readonly close: () => Promise<void>
}

/** Enough for a file system, and no more. */
export const SIZE = 16 << 20
/** Sizes are whole pages of a file system. */
const SIZE_STEP = 1 << 20
/** What the tests give volumes in all. */
export const ROOM = 256 << 20

/** What a case works with. */
type Bench = {
  readonly subject: VolumesUnderTest
  /** Another one for each case. */
  readonly count: number
  /** Makes a volume that is attached to a pod of its own. */
  readonly attached: () => Promise<{ readonly id: string; readonly place: VolumePlace }>
  readonly find: (id: string) => Promise<StoredVolume | undefined>
}

const cases: readonly { readonly name: string; readonly run: (bench: Bench) => Promise<void> }[] = [
  {
    name: 'what is written to a volume is there in the next pod',
    run: async ({ subject, count, attached, find }) => {
      const { id, place } = await attached()
      await subject.write(place, 'note', 'kept')
      await subject.store.detach(id)
      expect(await subject.read(place, 'note')).toBeUndefined()
      const next = { pod: `next-${count}`, at: 'xvdb' }
      await subject.store.attach(id, next)
      expect(await subject.read(next, 'note')).toBe('kept')
      expect(await find(id)).toEqual({ id, sizeBytes: SIZE, place: next })
    },
  },
  {
    name: 'all that is told twice is done once',
    run: async ({ subject, count, attached, find }) => {
      const { id, place } = await attached()
      await subject.write(place, 'note', 'kept')
      await subject.store.create({ id, sizeBytes: SIZE })
      await subject.store.attach(id, place)
      expect(await subject.read(place, 'note')).toBe('kept')
      const taken = await subject.store.snapshot({ id: `snap-${count}`, volume: id })
      await subject.write(place, 'note', 'changed')
      expect(await subject.store.snapshot({ id: `snap-${count}`, volume: id })).toEqual(taken)
      for (let times = 0; times < 2; times += 1) {
        await subject.store.detach(id)
        await subject.store.closeFolder(place.pod)
        await subject.store.remove(id)
        await subject.store.removeSnapshot(taken.id)
      }
      expect(await find(id)).toBeUndefined()
    },
  },
  {
    name: 'a snapshot has what was there when it was taken, also of a volume that is written to',
    run: async ({ subject, count, attached }) => {
      const { id, place } = await attached()
      await subject.write(place, 'note', 'before')
      const { id: snapshot, ...taken } = await subject.store.snapshot({
        id: `snap-${count}`,
        volume: id,
      })
      expect(taken).toEqual({ sizeBytes: SIZE, digest: expect.stringMatching(/^[0-9a-f]{64}$/) })
      await subject.write(place, 'note', 'after')
      await subject.store.create({ id: `copy-${count}`, sizeBytes: 2 * SIZE, snapshot })
      const other = { pod: place.pod, at: 'sdg' }
      await subject.store.attach(`copy-${count}`, other)
      expect(await subject.read(other, 'note')).toBe('before')
      expect(await subject.read(place, 'note')).toBe('after')
    },
  },
  {
    name: 'a volume is not made of a snapshot that has changed',
    run: async ({ subject, count, attached, find }) => {
      const { id } = await attached()
      const { id: snapshot } = await subject.store.snapshot({ id: `snap-${count}`, volume: id })
      await subject.damage(snapshot)
      const made = subject.store.create({ id: `copy-${count}`, sizeBytes: SIZE, snapshot })
      await expect(made).rejects.toMatchObject({ code: 'SNAPSHOT_DAMAGED' })
      expect(await find(`copy-${count}`)).toBeUndefined()
    },
  },
  {
    name: 'a volume that is in use stays where it is',
    run: async ({ subject, attached, find }) => {
      const { id, place } = await attached()
      const letGo = await subject.hold(id, place)
      await expect(subject.store.detach(id)).rejects.toMatchObject({ code: 'VOLUME_BUSY' })
      await letGo()
      await subject.store.detach(id)
      expect(await find(id)).toEqual({ id, sizeBytes: SIZE })
    },
  },
  {
    name: 'what is attached is not removed, attached elsewhere, or covered',
    run: async ({ subject, count, attached }) => {
      const { id, place } = await attached()
      await subject.write(place, 'note', 'kept')
      await subject.store.create({ id: `second-${count}`, sizeBytes: SIZE })
      const busy = { code: 'VOLUME_BUSY' }
      await expect(subject.store.remove(id)).rejects.toMatchObject(busy)
      await expect(subject.store.closeFolder(place.pod)).rejects.toMatchObject(busy)
      await expect(subject.store.attach(id, { ...place, at: 'sdg' })).rejects.toMatchObject(busy)
      await expect(subject.store.attach(`second-${count}`, place)).rejects.toMatchObject(busy)
      expect(await subject.read(place, 'note')).toBe('kept')
    },
  },
  {
    name: 'whoever starts anew finds all as it was',
    run: async ({ subject, attached }) => {
      const { id, place } = await attached()
      await subject.write(place, 'note', 'kept')
      const { volumes } = await subject.store.list()
      const again = await subject.reopen()
      expect((await again.list()).volumes).toEqual(volumes)
      expect(await again.listFolders()).toContain(place.pod)
      expect(await subject.read(place, 'note')).toBe('kept')
      await again.detach(id)
    },
  },
  {
    name: 'no more is promised than there is',
    run: async ({ subject, count }) => {
      const before = await subject.store.promisedBytes()
      const id = `vol-${count}`
      const made = subject.store.create({ id, sizeBytes: ROOM + 1 })
      await expect(made).rejects.toMatchObject({ code: 'VOLUME_NO_ROOM' })
      await subject.store.create({ id, sizeBytes: SIZE })
      const more = (await subject.store.promisedBytes()) - before
      expect(more).toBeGreaterThan(SIZE / 2)
      expect(more).toBeLessThanOrEqual(SIZE)
      await subject.store.remove(id)
      expect(await subject.store.promisedBytes()).toBe(before)
    },
  },
  {
    name: 'a volume that is made of a snapshot is as large as that, and there is room for all of it',
    run: async ({ subject: { store }, count, find }) => {
      const left = ROOM - (await store.promisedBytes())
      const part = (parts: number) => Math.floor((left * parts) / 8 / SIZE_STEP) * SIZE_STEP
      const [large, small] = [`large-${count}`, { id: `small-${count}`, sizeBytes: SIZE }]
      await store.create({ id: large, sizeBytes: part(6) })
      const { id: snapshot } = await store.snapshot({ id: `snap-${count}`, volume: large })
      await store.remove(large)
      await store.create({ id: `fill-${count}`, sizeBytes: part(4) })
      const made = store.create({ ...small, snapshot })
      await expect(made).rejects.toMatchObject({ code: 'VOLUME_NO_ROOM' })
      await store.remove(`fill-${count}`)
      await store.create({ ...small, snapshot })
      expect(await find(small.id)).toMatchObject({ sizeBytes: part(6) })
      await store.remove(small.id)
      await store.removeSnapshot(snapshot)
    },
  },
  {
    name: 'what is not there cannot be attached, copied or restored',
    run: async ({ subject }) => {
      const { store } = subject
      const missing = { code: 'VOLUME_NOT_FOUND' }
      await expect(store.attach('nothing', { pod: 'pod', at: 'sdf' })).rejects.toMatchObject(
        missing,
      )
      await expect(store.snapshot({ id: 'snap', volume: 'nothing' })).rejects.toMatchObject(missing)
      const made = store.create({ id: 'vol', sizeBytes: SIZE, snapshot: 'nothing' })
      await expect(made).rejects.toMatchObject(missing)
    },
  },
  {
    name: 'what could be another path is no name',
    run: async ({ subject: { store } }) => {
      const bad = { code: 'VOLUME_NAME' }
      for (const name of ['', '.', '..', '../etc', 'a/b', 'A', '-a', 'a\0', 'a'.repeat(64)]) {
        await expect(store.create({ id: name, sizeBytes: SIZE })).rejects.toMatchObject(bad)
        await expect(store.remove(name)).rejects.toMatchObject(bad)
        await expect(store.removeSnapshot(name)).rejects.toMatchObject(bad)
        await expect(store.openFolder(name)).rejects.toMatchObject(bad)
        await expect(store.closeFolder(name)).rejects.toMatchObject(bad)
        await expect(store.attach('vol', { pod: 'pod', at: name })).rejects.toMatchObject(bad)
      }
    },
  },
]

/** Holds a store of volumes to its port; why it cannot be held to it is said of each case. */
export function describeVolumes(
  kind: string,
  {
    skip,
    open,
  }: { readonly skip?: string | undefined; readonly open: () => Promise<VolumesUnderTest> },
): void {
  // oxlint-disable-next-line vitest/valid-title -- it is one
  describe(kind, () => {
    let subject: VolumesUnderTest | undefined
    let count = 0

    beforeAll(async () => {
      if (skip === undefined) subject = await open()
    })
    afterAll(() => subject?.close())
    beforeEach((context) => {
      if (skip !== undefined) context.skip(skip)
      count += 1
    })

    // oxlint-disable-next-line vitest/expect-expect -- each case has its own
    test.each(cases)('$name', async ({ run }) => {
      if (subject === undefined) throw new Error('There are no volumes.')
      await run(benchOf(subject, count))
    })
  })
}

function benchOf(subject: VolumesUnderTest, count: number): Bench {
  const { store } = subject
  return {
    subject,
    count,
    attached: async () => {
      const [id, place] = [`vol-${count}`, { pod: `pod-${count}`, at: 'sdf' }]
      await store.create({ id, sizeBytes: SIZE })
      await store.attach(id, place)
      return { id, place }
    },
    find: async (id) => (await store.list()).volumes.find((each) => each.id === id),
  }
}
