import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createAddressPool } from './address-pool.ts'

function setup() {
  const blocksOf = (region: string) =>
    region === 'here' ? ['192.0.2.0/29', '198.51.100.4/30'] : []
  return createAddressPool({ blocksOf, domain: 'compute.test' })
}

const all = [1, 2, 3, 4, 5, 6].map((host) => `192.0.2.${host}`)
const everything = [...all, '198.51.100.5', '198.51.100.6']

test('all hosts of all blocks are to be had, and no more', () => {
  expect(setup().take('here', { count: 100, taken: new Set() })).toEqual(everything)
  expect(setup().take('elsewhere', { count: 1, taken: new Set() })).toEqual([])
})

test('an address that was given back comes last', () => {
  const pool = setup()
  const taken = new Set<string>()
  const [first = ''] = pool.take('here', { count: 1, taken })
  pool.giveBack([first])
  expect(pool.take('here', { count: 8, taken })).toEqual([...everything.slice(1), first])
})

test('nobody gets what somebody has or holds', () => {
  const step = fc.oneof(
    fc.record({ take: fc.integer({ min: 0, max: 4 }) }),
    fc.record({ wanted: fc.constantFrom(...everything, '8.8.8.8', '192.0.2.0', '192.0.2.7') }),
    fc.record({ giveBack: fc.nat(10) }),
    fc.record({ keep: fc.nat(10) }),
  )
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const pool = setup()
      const taken = new Set<string>()
      const held = new Set<string>()
      const isKnown = new Set(everything)
      for (const each of steps) {
        if ('giveBack' in each || 'keep' in each) {
          const at = 'keep' in each ? each.keep : each.giveBack
          const address = [...held][at]
          if (address === undefined) continue
          held.delete(address)
          if ('keep' in each) taken.add(address)
          pool.giveBack([address])
          continue
        }
        const asked = 'wanted' in each ? { count: 1, wanted: each.wanted } : { count: each.take }
        const got = pool.take('here', { ...asked, taken })
        const left = everything.length - taken.size - held.size
        if (!('wanted' in asked)) expect(got).toHaveLength(Math.min(asked.count, left))
        for (const address of got) {
          expect(isKnown.has(address) && !taken.has(address) && !held.has(address)).toBe(true)
          held.add(address)
        }
      }
    }),
  )
})
