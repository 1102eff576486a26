import fc from 'fast-check'
import { expect, test } from 'vitest'

import { addressesOf, LOOPBACK_POOL, nextAddress } from './instance-address.ts'

test('the pool of one machine has 65,024 addresses, none that ends in 0 or 255', () => {
  const all = [...addressesOf(LOOPBACK_POOL)]
  expect(all).toHaveLength(256 * 254)
  expect([all[0], all.at(-1)]).toEqual(['127.66.0.1', '127.66.255.254'])
  expect(all.filter((address) => /\.(0|255)$/.test(address))).toEqual([])
})

test('an address beyond 128.0.0.0 is not taken for a negative number', () => {
  expect([...addressesOf('203.0.113.254/31')]).toEqual(['203.0.113.254'])
})

test('an instance gets the same address again, and another one where it is taken', () => {
  const first = nextAddress(LOOPBACK_POOL, { name: 'default/web', isTaken: () => false })
  const again = nextAddress(LOOPBACK_POOL, { name: 'default/web', isTaken: () => false })
  const other = nextAddress(LOOPBACK_POOL, {
    name: 'default/web',
    isTaken: (address) => address === first,
  })
  expect(again).toBe(first)
  expect(other).not.toBe(first)
})

test('a range is used up, each address once, before it is said to be full', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { minLength: 14, maxLength: 14 }), (names) => {
      const taken = new Set<string>()
      for (const name of names) {
        taken.add(nextAddress('10.0.0.16/28', { name, isTaken: (one) => taken.has(one) }))
      }
      // 16 of 10.0.0.16 to 31: 14 names leave two.
      expect(taken.size).toBe(14)
      expect([...addressesOf('10.0.0.16/28')]).toEqual(expect.arrayContaining([...taken]))
    }),
  )
  expect(() =>
    nextAddress('10.0.0.16/28', { name: 'default/late', isTaken: () => true }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[NoFreeAddressError: Every address of 10.0.0.16/28 is taken.]`,
  )
})

test.each([
  '',
  '127.66.0.0',
  '127.66.0.0/33',
  '127.66.0.1/16',
  '127.066.0.0/16',
  '1.2.3/8',
  '::/64',
])('guards against the range "%s"', (cidr) => {
  expect(() => [...addressesOf(cidr)]).toThrow(`"${cidr}" is not a range of IPv4 addresses.`)
})
