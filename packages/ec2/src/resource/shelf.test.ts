import fc from 'fast-check'
import { expect, test } from 'vitest'

import { volumesOfInstance } from './resource-index.ts'
import type { Resource } from './resource.ts'
import { Shelf } from './shelf.ts'

/** Resources of one kind. */

type Spec = Parameters<typeof volumesOfInstance.keysOf>[0]

const instances = ['i-1', 'i-2', 'i-3']

const changes = fc.array(
  fc.record({
    id: fc.constantFrom('vol-1', 'vol-2', 'vol-3', 'vol-4'),
    order: fc.constantFrom('1', '2', '3'),
    attachedTo: fc.subarray(instances),
    isGone: fc.boolean(),
  }),
)

test('an index finds those that looking at all of them finds, whatever came and went', () => {
  fc.assert(
    fc.property(changes, fc.nat(10), (script, askedAfter) => {
      const shelf = new Shelf<Spec>()
      for (const [at, change] of script.entries()) {
        // An index begins with what is there when it is asked first.
        if (at === askedAfter) shelf.listBy(volumesOfInstance, 'i-1')
        if (change.isGone) shelf.remove(change.id, change.id)
        else shelf.put(resourceOf(change, at + 1))
      }
      const all = shelf.list()
      expect(all).toEqual(all.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1)))
      expect(shelf.size).toBe(all.length)
      for (const instance of instances) {
        const wanted = all.filter(({ spec }) => volumesOfInstance.keysOf(spec).includes(instance))
        expect(shelf.listBy(volumesOfInstance, instance)).toEqual(wanted)
        expect(shelf.countBy(volumesOfInstance, instance)).toBe(wanted.length)
      }
    }),
  )
})

test('who was given a list has it as it was', () => {
  const shelf = new Shelf<Spec>()
  shelf.put(resourceOf({ id: 'vol-1', order: '1', attachedTo: [] }, 1))
  const before = shelf.list()
  shelf.put(resourceOf({ id: 'vol-2', order: '2', attachedTo: [] }, 2))
  shelf.remove('vol-1', 'vol-1')
  expect(before.map(({ id }) => id)).toEqual(['vol-1'])
  expect(shelf.list().map(({ id }) => id)).toEqual(['vol-2'])
})

type Made = {
  readonly id: string
  readonly order: string
  readonly attachedTo: readonly string[]
}

function resourceOf({ id, order, attachedTo }: Made, version: number): Resource<Spec> {
  const Attachments = attachedTo.map((InstanceId) => ({ InstanceId }))
  return { id, order, uid: id, resourceVersion: String(version), spec: { Attachments } }
}

function keyOf({ order, id }: Resource<unknown>): string {
  return `${order}/${id}`
}
