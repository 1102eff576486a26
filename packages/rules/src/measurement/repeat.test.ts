import { hash } from 'node:crypto'

import { parseDeviceId } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  groupDevices,
  isRepeatDue,
  repeatTermsOf,
  startOfRepeat,
  type Keccak256,
  type Repeatable,
  type RepeatTerms,
} from '../index.ts'

const keccak256: Keccak256 = (bytes) => hash('keccak-256', bytes, 'buffer')
const terms = repeatTermsOf(3600)

const devices = fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 30 }).chain((ids) =>
  fc.tuple(
    ...ids.map((id) =>
      fc.record({
        device: fc.constant(parseDeviceId(id)),
        owner: fc.constantFrom('0xA', '0xb', '0xc', '0xd', '0xe'),
        network: fc.constantFrom('192.0.2.0/24', '198.51.100.0/24', undefined),
      }),
    ),
  ),
)

test('each device is in one group, with all of its owner and all of its network', () => {
  fc.assert(
    fc.property(devices, (all: readonly Repeatable[]) => {
      const groups = groupDevices(all)
      const ids = all.map(({ device }) => device).toSorted((left, right) => left - right)
      expect(groups.flat().toSorted((left, right) => left - right)).toEqual(ids)
      const groupOf = new Map(groups.flatMap((group) => group.map((id) => [id, group] as const)))
      for (const one of all) {
        for (const other of all) {
          const isTied =
            one.owner === other.owner ||
            (one.network !== undefined && one.network === other.network)
          if (isTied) expect(groupOf.get(one.device)).toBe(groupOf.get(other.device))
        }
      }
    }),
  )
})

test('nobody is in a group that nothing ties them to', () => {
  const groups = groupDevices([
    create(9, '0xA', '192.0.2.0/24'),
    create(4, '0xB', '192.0.2.0/24'),
    create(5, '0xb', undefined),
    create(6, '0xc', undefined),
    create(7, '0xd', '198.51.100.0/24'),
  ])
  expect(groups).toEqual([[4, 5, 9], [6], [7]])
})

test('a group is measured between half a week and one and a half, a week apart on average', () => {
  const short = { slotSeconds: 60, leastSlots: 210, mostSlots: 630 }
  const waits = Array.from({ length: 300 }, (_, run) => waitOf(run, short))
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(short.leastSlots)
  expect(Math.max(...waits)).toBeLessThan(short.mostSlots)
  const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length
  expect(Math.abs(mean / 420 - 1)).toBeLessThan(0.05)
})

test('whatever is drawn, it is never before the least and always by the most; of nobody it never is', () => {
  fc.assert(
    fc.property(
      fc.nat(2 ** 40),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      (slot, randomness) => {
        const draw = { slot, randomness, keccak256 }
        const group = [parseDeviceId(1)]
        expect(isRepeatDue(group, terms.leastSlots - 1, { terms, draw })).toBe(false)
        expect(isRepeatDue(group, terms.mostSlots - 1, { terms, draw })).toBe(true)
        expect(isRepeatDue([], terms.mostSlots, { terms, draw })).toBe(false)
      },
    ),
  )
})

test('who is overdue is measured in a slot that coming back does not choose, half a week later on average', () => {
  const short = { slotSeconds: 60, leastSlots: 210, mostSlots: 630 }
  const waits = Array.from({ length: 300 }, (_, run) => waitOf(run, short, short.mostSlots))
  const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length - short.mostSlots
  expect(Math.abs(mean / short.leastSlots - 1)).toBeLessThan(0.2)
  expect(waits.filter((wait) => wait === short.mostSlots).length).toBeLessThan(10)
})

test('all that were ordered in one slot begin in one second, which none of them has passed', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 32), fc.constantFrom(10, 60), (second, slotSeconds) => {
      const start = startOfRepeat(second, slotSeconds)
      expect(start - second).toBeGreaterThan(slotSeconds)
      expect(start - second).toBeLessThanOrEqual(2 * slotSeconds)
      const slot = Math.floor(second / slotSeconds) * slotSeconds
      expect(startOfRepeat(slot, slotSeconds)).toBe(start)
    }),
  )
})

test('a measurement has room in the time of a drawn masternode, on a local network, too', () => {
  expect(terms).toEqual({ slotSeconds: 60, leastSlots: 5040, mostSlots: 15_120 })
  expect(repeatTermsOf(60)).toEqual({ slotSeconds: 10, leastSlots: 30_240, mostSlots: 90_720 })
})

function create(device: number, owner: string, network: string | undefined): Repeatable {
  return { device: parseDeviceId(device), owner, network }
}

/** Returns after how many slots a group is measured again, which was not until some slot. */
function waitOf(run: number, waiting: RepeatTerms, from = 0): number {
  const randomness = Uint8Array.from(keccak256(Buffer.from(`run ${run}`)))
  const group = [parseDeviceId(run + 1)]
  let slot = from
  while (!isRepeatDue(group, slot, { terms: waiting, draw: { slot, randomness, keccak256 } })) {
    slot += 1
  }
  return slot
}
