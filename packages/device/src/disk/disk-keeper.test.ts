import { createMemoryVolumes, type MemoryVolumes } from '@nexqloud/engine'
import { createManualClock } from '@nexqloud/kernel'
import { afterEach, expect, test } from 'vitest'

import type { DisksReport, WantedDisks } from '../protocol/disks.ts'
import { createMemoryDiskBook } from './disk-book.ts'
import { DiskKeeper } from './disk-keeper.ts'

const sizeBytes = 1000
const mark = { term: 1, serial: 1 }
const place = { pod: 'pod-1', at: 'sdf' }
const vol = { id: 'vol-1', sizeBytes, isMade: false }
const nothing: WantedDisks = { volumes: [], snapshots: [], erased: [] }

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

test('a disk is made, attached, and told of with the assignment that it is after', async () => {
  const { keeper, clock, last } = setup()
  keeper.follow(['pod-1'])
  await keeper.assign({ ...mark, disks: { ...nothing, volumes: [{ ...vol, place }] } })
  await clock.pass(0)
  expect(last()).toEqual({
    ...mark,
    volumes: [{ id: 'vol-1', state: 'attached', sizeBytes, place }],
    snapshots: [],
  })
})

test('what was assigned is obeyed after a restart, before anybody assigns anew', async () => {
  const { book, volumes, ...first } = setup()
  await first.keeper.assign({ ...mark, disks: { ...nothing, volumes: [{ ...vol, place }] } })
  await first.clock.pass(0)
  await first.stop()
  const second = setup({ book, volumes })
  await second.clock.pass(0)
  expect(volumes.filesAt(place)).toBeUndefined()
  second.keeper.follow(['pod-1'])
  await second.clock.pass(0)
  expect(volumes.filesAt(place)).toBeDefined()
})

test('an assignment that says nothing of disks leaves them as they are', async () => {
  const { keeper, clock, volumes, last } = setup()
  keeper.follow(['pod-1'])
  await keeper.assign({ ...mark, disks: { ...nothing, volumes: [{ ...vol, place }] } })
  await clock.pass(0)
  await keeper.assign({ term: 1, serial: 2 })
  await clock.pass(0)
  expect(volumes.filesAt(place)).toBeDefined()
  expect(last()).toMatchObject({ serial: 2, volumes: [{ state: 'attached' }] })
})

test('a disk that is in use is told to be busy, and leaves once it is not', async () => {
  const { keeper, clock, volumes, last, faults } = setup()
  keeper.follow(['pod-1'])
  await keeper.assign({ ...mark, disks: { ...nothing, volumes: [{ ...vol, place }] } })
  await clock.pass(0)
  const letGo = volumes.hold('vol-1')
  await keeper.assign({ ...mark, disks: { ...nothing, volumes: [vol] } })
  await clock.pass(10_000)
  expect(last()?.volumes).toEqual([
    { id: 'vol-1', state: 'busy', sizeBytes, place, message: 'Volume vol-1 is in use.' },
  ])
  expect(faults).toHaveLength(1)
  letGo()
  await clock.pass(2000)
  expect(last()?.volumes).toEqual([{ id: 'vol-1', state: 'available', sizeBytes }])
})

test('of two disks at one place the first has it, the other says why not, and nothing moves to and fro', async () => {
  const { keeper, clock, reports, last } = setup()
  keeper.follow(['pod-1'])
  const volumes = ['vol-2', 'vol-1'].map((id) => ({ ...vol, id, place }))
  await keeper.assign({ ...mark, disks: { ...nothing, volumes } })
  await clock.pass(1000)
  const message = 'The place is taken: vol-1 is to be attached there.'
  expect(last()?.volumes).toEqual([
    { id: 'vol-1', state: 'attached', sizeBytes, place },
    { id: 'vol-2', state: 'attaching', sizeBytes, message },
  ])
  const count = reports.length
  await clock.pass(60_000)
  expect(reports).toHaveLength(count)
  await keeper.assign({
    ...mark,
    disks: { ...nothing, volumes: volumes.slice(0, 1), erased: ['vol-1'] },
  })
  await clock.pass(1000)
  expect(last()?.volumes).toEqual([{ id: 'vol-2', state: 'attached', sizeBytes, place }])
})

test('a disk on which nothing stays as it was made is not busy for ever', async () => {
  const forgetful = createMemoryVolumes()
  let lookCount = 0
  const list = async () => {
    lookCount += 1
    if (lookCount > 1000) throw new Error('It looks without a pause.')
    return { volumes: [], snapshots: [] }
  }
  const { keeper, clock } = setup({ volumes: Object.assign(forgetful, { list }) })
  await keeper.assign({ ...mark, disks: { ...nothing, volumes: [vol] } })
  await clock.pass(1000)
  expect(lookCount).toBeGreaterThan(10)
  expect(lookCount).toBeLessThan(100)
})

test('a disk without room says so, and is made when there is some', async () => {
  const { keeper, clock, last, volumes } = setup({ volumes: createMemoryVolumes(1500) })
  await volumes.create({ id: 'other', sizeBytes })
  await keeper.assign({ ...mark, disks: { ...nothing, volumes: [vol] } })
  await clock.pass(0)
  const report = last()?.volumes.find(({ id }) => id === 'vol-1')
  expect(report).toEqual({
    id: 'vol-1',
    state: 'failed',
    message: 'vol-1 asks for 1000 bytes of disk; 500 are left for volumes.',
  })
  await keeper.assign({ ...mark, disks: { ...nothing, volumes: [vol], erased: ['other'] } })
  await clock.pass(2000)
  expect(last()?.volumes).toEqual([{ id: 'vol-1', state: 'available', sizeBytes }])
})

test('what was made once and is not there is told to be lost', async () => {
  const { keeper, clock, last } = setup()
  const snapshots = [{ id: 'snap-1', volume: 'vol-1', isMade: true }]
  const volumes = [{ ...vol, isMade: true }]
  await keeper.assign({ ...mark, disks: { ...nothing, volumes, snapshots } })
  await clock.pass(0)
  expect(last()).toMatchObject({ volumes: [{ state: 'lost' }], snapshots: [{ state: 'lost' }] })
})

test('the folder of a pod stays until nothing is left of the pod, and goes then', async () => {
  const { keeper, clock, volumes } = setup()
  await keeper.assign({ ...mark, disks: nothing })
  keeper.follow([])
  await keeper.openFolder('pod-1')
  await clock.pass(60_000)
  expect(await volumes.listFolders()).toEqual(['pod-1'])
  keeper.follow(['pod-1'])
  await clock.pass(0)
  keeper.follow([])
  await clock.pass(0)
  expect(await volumes.listFolders()).toEqual([])
})

test('what could not be written down is not done', async () => {
  const book = createMemoryDiskBook()
  const failing = { ...book, save: () => Promise.reject(new Error('ENOSPC')) }
  const { keeper, clock, volumes } = setup({ book: failing })
  await expect(keeper.assign({ ...mark, disks: { ...nothing, volumes: [vol] } })).rejects.toThrow(
    'ENOSPC',
  )
  await clock.pass(60_000)
  expect((await volumes.list()).volumes).toEqual([])
})

function setup({
  book = createMemoryDiskBook(),
  volumes = createMemoryVolumes(),
}: {
  readonly book?: ReturnType<typeof createMemoryDiskBook>
  readonly volumes?: MemoryVolumes
} = {}) {
  const clock = createManualClock(1000)
  const reports: DisksReport[] = []
  const faults: unknown[] = []
  const keeper = new DiskKeeper({
    volumes,
    book,
    clock,
    onReport: (report) => void reports.push(report),
    onFault: (fault) => void faults.push(fault),
  })
  const abort = new AbortController()
  const done = keeper.run(abort.signal)
  const stop = async (): Promise<void> => {
    abort.abort()
    await clock.pass(0)
    await done
  }
  closers.push(stop)
  return { keeper, clock, book, volumes, faults, reports, stop, last: () => reports.at(-1) }
}
