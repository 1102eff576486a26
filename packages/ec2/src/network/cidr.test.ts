import { BlockList } from 'node:net'

import fc from 'fast-check'
import { expect, test } from 'vitest'

import { containsCidr, formatAddress, formatCidr, overlapsCidr, parseCidr } from './cidr.ts'

const length = fc.integer({ min: 0, max: 32 })
const cidr4 = fc.tuple(fc.ipV4(), length).map(([address, bits]) => `${address}/${bits}`)

function parse(text: string) {
  const block = parseCidr(text)
  if (block === undefined) throw new TypeError(text)
  return block
}

test.each([
  ['10.0.0.0/16', '10.0.0.0/16'],
  ['100.68.0.18/18', '100.68.0.0/18'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['2001:DB8:0:0:1::/40', '2001:db8::/40'],
  ['::/0', '::/0'],
])('%s is the block %s', (text, written) => {
  expect(formatCidr(parse(text))).toBe(written)
})

test.each([
  '10.0.0.0',
  '10.0.0.0/33',
  '10.0.0.0/-1',
  '10.0.0.0/08',
  '10.0.0/8',
  '10.0.0.0/8/8',
  '1000.0.0.0/8',
  '::/129',
  'fe80::1%eth0/64',
  '',
  '/',
])('%j is no block', (text) => {
  expect(parseCidr(text)).toBeUndefined()
})

test('what is written of a block is the same block', () => {
  const cidr6 = fc
    .tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 }))
    .map(([address, bits]) => `${address}/${bits}`)
  fc.assert(
    fc.property(fc.oneof(cidr4, cidr6), (text) => {
      const block = parse(text)
      expect(parseCidr(formatCidr(block))).toEqual(block)
    }),
  )
})

test('a block has the addresses that Node’s own lists say it has', () => {
  fc.assert(
    fc.property(cidr4, fc.ipV4(), (text, address) => {
      const block = parse(text)
      const list = new BlockList()
      const [network = '', prefix = ''] = text.split('/')
      list.addSubnet(network, Number(prefix), 'ipv4')
      const near = formatAddress(4, block.first + (block.last - block.first) / 2n)
      for (const each of [address, near]) {
        expect(containsCidr(block, parse(`${each}/32`))).toBe(list.check(each, 'ipv4'))
      }
    }),
  )
})

test('an address is written as it was read', () => {
  fc.assert(
    fc.property(fc.ipV4(), (text) => {
      expect(formatAddress(4, parse(`${text}/32`).first)).toBe(text)
    }),
  )
})

test('of two blocks that overlap one contains the other', () => {
  fc.assert(
    fc.property(cidr4, cidr4, (text, other) => {
      const [one, two] = [parse(text), parse(other)]
      expect(overlapsCidr(one, two)).toBe(containsCidr(one, two) || containsCidr(two, one))
    }),
  )
})

test('blocks of different families have nothing in common', () => {
  const [all4, all6] = [parse('0.0.0.0/0'), parse('::/0')]
  expect([containsCidr(all6, all4), overlapsCidr(all4, all6)]).toEqual([false, false])
})
