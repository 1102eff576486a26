import fc from 'fast-check'
import { expect, test } from 'vitest'

import { clientNameOf } from './client-name.ts'

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['203.0.113.7', '203.0.113.7'],
  ['::1', '::1'],
  ['::ffff:203.0.113.7', '::ffff:203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['2001:db8:1:2:3:4:203.0.113.7', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64%eth0'],
  ['::', '0:0:0:0::/64'],
  [undefined, 'unknown'],
])('%s is counted as %s', (address, name) => {
  expect(clientNameOf(address)).toBe(name)
})

test('all addresses of a network are one client, and no other network is', () => {
  const network = fc.array(fc.nat(0xffff), { minLength: 4, maxLength: 4 })
  fc.assert(
    fc.property(network, network, network, (one, other, host) => {
      fc.pre(one.join() !== other.join() && one.some((group) => group > 0))
      const at = (groups: readonly number[], rest: readonly number[]) =>
        clientNameOf([...groups, ...rest].map((group) => group.toString(16)).join(':'))
      expect(at(one, host)).toBe(at(one, other))
      expect(at(one, host)).not.toBe(at(other, host))
    }),
  )
})
