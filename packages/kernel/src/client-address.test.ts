import { expect, test } from 'vitest'

import { clientAddressOf, networkOf, siteOf } from './client-address.ts'

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  [undefined, 'unknown'],
])('%s counts as %s', (address, expected) => {
  expect(clientAddressOf(address)).toBe(expected)
})

test.each([
  ['192.0.2.7', '192.0.2.0/24'],
  ['::ffff:198.51.100.255', '198.51.100.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
])('%s is in %s', (address, expected) => {
  expect(networkOf(address)).toBe(expected)
})

test.each([
  ['192.0.2.7', '192.0.2.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['2001:db8:1:ffff::9', '2001:db8:1::/48'],
  ['2001:db8::9', '2001:db8:0::/48'],
])('a customer who has %s has at most %s', (address, expected) => {
  expect(siteOf(clientAddressOf(address))).toBe(expected)
})

test('who is known by no address is a site of its own', () => {
  for (const client of ['unknown', `0x${'1'.repeat(64)}`]) expect(siteOf(client)).toBe(client)
})
