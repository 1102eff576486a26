import type { Device } from '@nexqloud/rules'
import { expect, test } from 'vitest'

import { createShelves } from './shelf.ts'

test('a device that says something else each time leaves no shelves behind', () => {
  const shelves = createShelves()
  for (let cores = 1; cores <= 100; cores += 1) {
    const shelf = shelves.of({ coresMilli: cores * 1000, labels: {} } as Device)
    shelf.names.add('liar')
    if (cores < 100) shelves.remove(shelf, 'liar')
  }
  expect(shelves.wantedBy({ labels: {}, coresMilli: 0 })).toHaveLength(1)
})
