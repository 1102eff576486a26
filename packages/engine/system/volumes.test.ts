import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'

import { findMountObstacle } from '../src/volume/loop-mounts.ts'
import {
  openLoopVolumes,
  unmountLoopVolumes,
  wipeLoopVolumes,
} from '../src/volume/loop-volume-store.ts'
import type { VolumePlace, VolumeStore } from '../src/volume/volume-store.ts'
import { describeVolumes, ROOM, SIZE } from '../test/volume-suite.ts'
import { createCleanup } from './lab/cleanup.ts'
import { openScratchFolder } from './lab/scratch.ts'

const skip = await findMountObstacle()

/** Returns what a folder's loop devices show. */
const loopsIn = (folder: string): readonly string[] =>
  execFileSync('losetup', ['--list', '--noheadings', '--output', 'BACK-FILE'], { encoding: 'utf8' })
    .split('\n')
    .filter((file) => file.startsWith(folder))

describeVolumes('volumes on a disk', {
  skip,
  open: async () => {
    const cleanup = createCleanup()
    const folder = openScratchFolder(cleanup)
    const options = { folder, freeBytes: async () => ROOM }
    const store = await openLoopVolumes(options)
    const pathOf = ({ pod, at }: VolumePlace, name: string) => join(folder, 'pods', pod, at, name)
    return {
      store,
      write: (place, name, text) => writeFile(pathOf(place, name), text, { flush: true }),
      read: async (place, name) =>
        existsSync(pathOf(place, name)) ? readFile(pathOf(place, name), 'utf8') : undefined,
      hold: async (_, place) => {
        const file = await open(pathOf(place, 'held'), 'w')
        return () => file.close()
      },
      damage: async (snapshot) => {
        const snapshots = join(folder, 'snapshots')
        const name = readdirSync(snapshots).find((each) => each.startsWith(`${snapshot}.`)) ?? ''
        await writeFile(join(snapshots, name), 'lost bits', { flag: 'r+' })
      },
      reopen: () => openLoopVolumes(options),
      close: cleanup.run,
    }
  },
})

describe('volumes on a disk', () => {
  const cleanup = createCleanup()
  let folder = ''
  let store: VolumeStore
  const place = { pod: 'pod', at: 'sdf' }
  const inside = (...names: readonly string[]) => join(folder, 'pods/pod/sdf', ...names)

  beforeAll(async () => {
    if (skip !== undefined) return
    folder = openScratchFolder(cleanup)
    store = await openLoopVolumes({ folder })
  })
  afterAll(() => cleanup.run())
  beforeEach((context) => {
    if (skip !== undefined) context.skip(skip)
  })

  test('a volume that is full says so, and gives back what is removed from it', async () => {
    await store.create({ id: 'vol', sizeBytes: SIZE })
    await store.attach('vol', place)
    const fill = writeFile(inside('much'), Buffer.alloc(SIZE, 1), { flush: true })
    await expect(fill).rejects.toMatchObject({ code: 'ENOSPC' })
    const { blocks, size } = statSync(join(folder, 'volumes/vol.ext4'))
    expect(size).toBe(SIZE)
    expect(blocks * 512).toBeLessThanOrEqual(SIZE)
    execFileSync('rm', [inside('much')])
    // The kernel does so a moment after the file is gone.
    const held = () => statSync(join(folder, 'volumes/vol.ext4')).blocks
    await vi.waitUntil(() => held() < blocks / 2, { timeout: 30_000 })
  })

  test('neither powers nor devices come out of a volume', async () => {
    const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n')
    const [, , , options = ''] = mounts.find((line) => line.includes(inside()))?.split(' ') ?? []
    expect(options.split(',')).toEqual(expect.arrayContaining(['nosuid', 'nodev']))
  })

  test('what somebody froze who died writes again', async () => {
    execFileSync('fsfreeze', ['--freeze', inside()])
    store = await openLoopVolumes({ folder })
    await writeFile(inside('note'), 'thawed', { flush: true })
    expect(readFileSync(inside('note'), 'utf8')).toBe('thawed')
  })

  test('what was half made is forgotten, and what was half removed goes', async () => {
    const volumes = join(folder, 'volumes')
    await writeFile(join(volumes, '.making-vol-2'), 'half')
    await writeFile(join(volumes, '.removing-vol-3.ext4'), Buffer.alloc(4096, 1))
    await writeFile(join(folder, 'snapshots/.making-snap'), 'half')
    execFileSync('losetup', ['--find', join(volumes, '.removing-vol-3.ext4')])
    store = await openLoopVolumes({ folder })
    expect(readdirSync(volumes)).toEqual(['vol.ext4'])
    expect(readdirSync(join(folder, 'snapshots'))).toEqual([])
    expect(loopsIn(volumes)).toEqual([join(volumes, 'vol.ext4')])
  })

  test('who leaves has nothing mounted, and what was written is there when somebody comes back', async () => {
    await writeFile(inside('note'), 'kept', { flush: true })
    await unmountLoopVolumes(folder)
    expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(folder)
    store = await openLoopVolumes({ folder })
    await store.attach('vol', place)
    expect(readFileSync(inside('note'), 'utf8')).toBe('kept')
  })

  test('nothing of a volume that was removed can be read from its disk', async () => {
    await writeFile(inside('note'), 'a secret that is long enough', { flush: true })
    await store.detach('vol')
    const before = await open(join(folder, 'volumes/vol.ext4'))
    await store.remove('vol')
    const left = await before.readFile()
    await before.close()
    expect(left.length).toBe(SIZE)
    expect(left.every((byte) => byte === 0)).toBe(true)
    expect(loopsIn(folder)).toEqual([])
  })

  test('who leaves for good leaves nothing', async () => {
    await store.create({ id: 'vol', sizeBytes: SIZE })
    await store.attach('vol', place)
    await store.snapshot({ id: 'snap', volume: 'vol' })
    await wipeLoopVolumes(folder)
    expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(folder)
    for (const kind of ['volumes', 'snapshots']) expect(readdirSync(join(folder, kind))).toEqual([])
  })
})
