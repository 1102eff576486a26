import fc from 'fast-check'
import { expect, test } from 'vitest'

import { fitDisks, wantedDisks } from './disks.ts'

const id = fc.oneof(fc.uuid(), fc.string({ maxLength: 70 }))
const volume = fc.record(
  {
    id,
    sizeBytes: fc.oneof(fc.nat(), fc.double(), fc.constant(2 ** 60)),
    snapshot: id,
    isMade: fc.boolean(),
    place: fc.record({ pod: fc.oneof(id, fc.uuid()), at: fc.constantFrom('sdf', 'x', '../a') }),
  },
  { requiredKeys: ['id', 'sizeBytes', 'isMade'] },
)
const snapshot = fc.record({ id, volume: id, isMade: fc.boolean() })
const byId = { selector: (each: { readonly id: string }) => each.id }

test('whatever tenants write, what is told of it can be told, and of the rest is said why not', () => {
  const all = fc.record({
    volumes: fc.uniqueArray(volume, byId),
    snapshots: fc.uniqueArray(snapshot, byId),
    erased: fc.uniqueArray(id),
  })
  fc.assert(
    fc.property(all, (wanted) => {
      const { disks, refused } = fitDisks(wanted)
      expect(wantedDisks.parse(disks)).toEqual(disks)
      for (const kind of ['volumes', 'snapshots'] as const) {
        const told = new Set(disks[kind].map((each) => each.id))
        expect(wanted[kind].every((each) => told.has(each.id) || refused.has(each.id))).toBe(true)
      }
      expect(wanted.erased.every((each) => disks.erased.includes(each) || refused.has(each))).toBe(
        true,
      )
    }),
  )
})

test('no more is told than a device takes', () => {
  const ids = Array.from({ length: 5000 }, (_, at) => `id-${at}`)
  const { disks, refused } = fitDisks({
    volumes: ids.map((each) => ({ id: each, sizeBytes: 1, isMade: false })),
    snapshots: [],
    erased: ids.map((each) => `gone-${each}`),
  })
  expect(wantedDisks.parse(disks)).toEqual(disks)
  expect([disks.volumes.length, disks.erased.length]).toEqual([1024, 4096])
  expect(refused.get('id-1024')).toBe('A device can be told of 1024 at once.')
  expect(refused.size).toBe(5000 - 1024 + (5000 - 4096))
})
