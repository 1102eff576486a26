import { hash } from 'node:crypto'

import { parseDeviceId, parseMasternodeId } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { drawWitnesses, type Keccak256 } from './index.ts'

const keccak256: Keccak256 = (bytes) => hash('keccak-256', bytes, 'buffer')

const device = fc.integer({ min: 1, max: 2 ** 32 - 1 }).map(parseDeviceId)
const randomness = fc.uint8Array({ minLength: 32, maxLength: 32 })
const masternodes = fc
  .uniqueArray(fc.integer({ min: 1, max: 300 }).map(parseMasternodeId), { maxLength: 40 })
  .map((ids) => ids.toSorted((a, b) => a - b))

test('a device has as many different witnesses as needed, or all where there are fewer', () => {
  fc.assert(
    fc.property(device, randomness, masternodes, (own, random, all) => {
      const drawn = drawWitnesses(own, setup(random, all))
      expect(drawn).toHaveLength(Math.min(3, all.length))
      expect(new Set(drawn).size).toBe(drawn.length)
      expect(all).toEqual(expect.arrayContaining([...drawn]))
    }),
  )
})

test('a masternode that goes is replaced by the next one, and nothing else changes', () => {
  fc.assert(
    fc.property(
      device,
      randomness,
      fc.tuple(masternodes, fc.nat()),
      (own, random, [all, which]) => {
        fc.pre(all.length > 0)
        const gone = all[which % all.length]
        const order = drawWitnesses(own, { ...setup(random, all), witnesses: all.length })
        const rest = all.filter((masternode) => masternode !== gone)
        const expected = order.filter((masternode) => masternode !== gone).slice(0, 3)
        expect(drawWitnesses(own, setup(random, rest))).toEqual(expected)
      },
    ),
  )
})

test('the points of a masternode are a word of the hash of randomness, device and group', () => {
  const own = parseDeviceId(7)
  const all = [1, 2, 9, 17].map(parseMasternodeId)
  const random = new Uint8Array(32).fill(5)
  const points = all.map((id) => {
    const text = `${'05'.repeat(32)}00000007${Math.floor(id / 8)
      .toString(16)
      .padStart(8, '0')}`
    return hash('keccak-256', Buffer.from(text, 'hex'), 'buffer').readUInt32BE((id % 8) * 4)
  })
  const expected = all.toSorted((a, b) => points[all.indexOf(b)]! - points[all.indexOf(a)]!)
  expect(drawWitnesses(own, { ...setup(random, all), witnesses: 4 })).toEqual(expected)
})

test('the order in which the masternodes stand changes nothing, and equal points go to the lower ids', () => {
  const constant: Keccak256 = () => new Uint8Array(32)
  fc.assert(
    fc.property(device, randomness, masternodes, (own, random, all) => {
      const draw = setup(random, all)
      const reversed = setup(random, all.toReversed())
      expect(drawWitnesses(own, reversed)).toEqual(drawWitnesses(own, draw))
      const tied = { ...reversed, keccak256: constant }
      expect(drawWitnesses(own, tied)).toEqual(all.slice(0, 3))
    }),
  )
})

test('ten masternodes share 3,000 devices evenly', () => {
  const all = Array.from({ length: 10 }, (_, index) => parseMasternodeId(index + 1))
  const draw = setup(new Uint8Array(32).fill(1), all)
  const load = new Map(all.map((id) => [id, 0]))
  for (let id = 1; id <= 3000; id += 1) {
    for (const witness of drawWitnesses(parseDeviceId(id), draw)) {
      load.set(witness, (load.get(witness) ?? 0) + 1)
    }
  }
  expect(Math.min(...load.values())).toBeGreaterThan(800)
  expect(Math.max(...load.values())).toBeLessThan(1000)
})

function setup(random: Uint8Array, all: readonly ReturnType<typeof parseMasternodeId>[]) {
  return { randomness: random, masternodes: all, witnesses: 3, keccak256 }
}
