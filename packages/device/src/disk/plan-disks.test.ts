import { createMemoryVolumes, type StoredVolumes, type VolumeStore } from '@nexqloud/engine'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { WantedDisks } from '../protocol/disks.ts'
import { isSamePlace, planDisks, type DiskAction } from './plan-disks.ts'

const sizeBytes = 1000
const nothing: WantedDisks = { volumes: [], snapshots: [], erased: [] }
const pods = new Set(['pod-1', 'pod-2'])

const place = fc.option(
  fc.record({ pod: fc.constantFrom('pod-1', 'pod-2', 'gone'), at: fc.constantFrom('sdf', 'sdg') }),
  { nil: undefined },
)
const volume = fc
  .record({ id: fc.constantFrom('vol-1', 'vol-2', 'vol-3'), place, isRestored: fc.boolean() })
  .map(({ id, place: at, isRestored }) => ({
    id,
    sizeBytes,
    isMade: false,
    ...(isRestored && { snapshot: 'snap-1' }),
    ...(at !== undefined && { place: at }),
  }))
const snapshot = fc
  .record({ id: fc.constantFrom('snap-1', 'snap-2'), volume: fc.constantFrom('vol-1', 'vol-2') })
  .map((own) => ({ ...own, isMade: false }))
const byId = { selector: ({ id }: { readonly id: string }) => id }

/** Also two volumes at one place: nobody checks what tenants ask for. */
const wanted: fc.Arbitrary<WantedDisks> = fc.record({
  volumes: fc.uniqueArray(volume, byId),
  snapshots: fc.uniqueArray(snapshot, byId),
  erased: fc.subarray(['vol-1', 'vol-2', 'vol-3', 'snap-1', 'snap-2']),
})

async function perform(store: VolumeStore, action: DiskAction): Promise<void> {
  if (action.type === 'create') await store.create(action)
  else if (action.type === 'attach') await store.attach(action.id, action.place)
  else if (action.type === 'snapshot') await store.snapshot(action)
  else await store[action.type](action.id)
}

/** Does what is planned until nothing is left to do, or only what cannot be done; whoever does it may die before each act. */
async function settle(store: VolumeStore, want: WantedDisks, deaths: readonly boolean[]) {
  const left = [...deaths]
  for (let look = 0; look < 40; look += 1) {
    const actions = planDisks({ wanted: want, found: await store.list(), pods })
    let isOver = true
    for (const action of actions) {
      if (left.shift() === true) {
        isOver = false
        break
      }
      await perform(store, action).then(
        () => (isOver = false),
        () => {},
      )
    }
    if (isOver) return
  }
  throw new Error('It does not come to rest.')
}

test('whatever is wanted one after the other, and whoever dies at it, the disks become what is wanted last', async () => {
  const script = fc.array(fc.tuple(wanted, fc.array(fc.boolean(), { maxLength: 6 })), {
    minLength: 1,
    maxLength: 4,
  })
  await fc.assert(
    fc.asyncProperty(script, async (steps) => {
      const store = createMemoryVolumes()
      for (const [want, deaths] of steps) {
        const before = await store.list()
        await settle(store, want, deaths)
        expectWanted(want, { before, after: await store.list() })
      }
    }),
    { numRuns: 300 },
  )
})

function expectWanted(
  { volumes, snapshots, erased }: WantedDisks,
  { before, after }: { readonly before: StoredVolumes; readonly after: StoredVolumes },
): void {
  const ids = (found: StoredVolumes) => [...found.volumes, ...found.snapshots].map(({ id }) => id)
  // What nobody wants erased is never lost.
  const kept = ids(before).filter((id) => !erased.includes(id))
  expect(ids(after)).toEqual(expect.arrayContaining(kept))
  // What is erased is gone, but that a volume waits for a snapshot of it that cannot be had, and a snapshot for nothing.
  expect(ids(after).filter((id) => erased.includes(id))).toEqual([])
  for (const own of volumes.filter(({ id }) => !erased.includes(id))) {
    const found = after.volumes.find(({ id }) => id === own.id)
    const isTaken = volumes.some(
      ({ id, place: at }) => id < own.id && !erased.includes(id) && isSamePlace(at, own.place),
    )
    const isThere = own.place !== undefined && pods.has(own.place.pod) && !isTaken
    if (found !== undefined) expect(found.place).toEqual(isThere ? own.place : undefined)
    if (own.snapshot === undefined) expect(found).toBeDefined()
  }
  for (const { id, volume: of } of snapshots) {
    const hadVolume = before.volumes.some((each) => each.id === of)
    if (hadVolume && !erased.includes(id)) expect(ids(after)).toContain(id)
  }
  for (const { place: at } of after.volumes) {
    if (at !== undefined) expect(pods).toContain(at.pod)
  }
}

type Scene = readonly [
  wanted: Partial<WantedDisks>,
  found: Partial<StoredVolumes>,
  actions: readonly DiskAction[],
]

test.each<[string, ...Scene]>([
  ['what nobody speaks of stays', {}, { volumes: [{ id: 'vol-1', sizeBytes }] }, []],
  [
    'what was there once is not made again, empty',
    { volumes: [{ id: 'vol-1', sizeBytes, isMade: true }] },
    {},
    [],
  ],
  [
    'a volume that is erased goes after the snapshot of it',
    { snapshots: [{ id: 'snap-1', volume: 'vol-1', isMade: false }], erased: ['vol-1'] },
    { volumes: [{ id: 'vol-1', sizeBytes }] },
    [{ type: 'snapshot', id: 'snap-1', volume: 'vol-1' }],
  ],
  [
    'a volume leaves a pod that is gone',
    {},
    { volumes: [{ id: 'vol-1', sizeBytes, place: { pod: 'gone', at: 'sdf' } }] },
    [{ type: 'detach', id: 'vol-1' }],
  ],
])('%s', (_, ...[want, found, actions]: Scene) => {
  const scene = { wanted: { ...nothing, ...want }, found: { volumes: [], snapshots: [], ...found } }
  expect(planDisks({ ...scene, pods })).toEqual(actions)
})

test('before anybody has looked at the pods, nothing is attached, and nothing leaves one', () => {
  const at = { pod: 'pod-1', at: 'sdf' }
  const want = { ...nothing, volumes: [{ id: 'vol-1', sizeBytes, isMade: true, place: at }] }
  const volumes = [
    { id: 'vol-1', sizeBytes },
    { id: 'vol-2', sizeBytes, place: { pod: 'gone', at: 'sdf' } },
  ]
  const found = { volumes, snapshots: [] }
  expect(planDisks({ wanted: want, found, pods: undefined })).toEqual([])
})
