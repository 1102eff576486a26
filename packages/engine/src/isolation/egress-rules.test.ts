import type { Passage } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { macOf } from './container-mac.ts'
import { formatEgressRules } from './egress-rules.ts'
import { formatNetworkTable } from './network-table.ts'

const cidr = '203.0.113.0/24'

test('reads as it is reviewed', () => {
  const passages = [
    { protocol: 6, from: 443, to: 443, cidr: '0.0.0.0/0' },
    { protocol: 17, from: 5000, to: 5010, cidr },
    { protocol: 6, cidr },
    { protocol: 1, from: 8, cidr },
    { protocol: 1, from: 3, to: 4, cidr },
    { cidr: '198.51.100.7/32' },
  ]
  const { chains, jump } = formatEgressRules([
    { container: 'web', passages },
    { container: 'mute', passages: [] },
  ])
  expect(`${chains}${jump}`).toMatchInlineSnapshot(`
    "  chain egress_4a5e57f6eb2f {
        meta nfproto ipv4 tcp dport 443 return
        ip daddr 203.0.113.0/24 udp dport 5000-5010 return
        ip daddr 203.0.113.0/24 meta l4proto 6 return
        ip daddr 203.0.113.0/24 icmp type 8 return
        ip daddr 203.0.113.0/24 icmp type 3 icmp code 4 return
        ip daddr 198.51.100.7/32 return
        counter reject with icmpx type admin-prohibited
      }
      chain egress_a6aa1b979074 {
        counter reject with icmpx type admin-prohibited
      }
        ether saddr vmap { 4a:5e:57:f6:eb:2f : jump egress_4a5e57f6eb2f, a6:aa:1b:97:90:74 : jump egress_a6aa1b979074 }
    "
  `)
})

test('nobody who is held to nothing makes a rule', () => {
  const nothing = { chains: '', jump: '' }
  expect(formatEgressRules([])).toEqual(nothing)
  expect(formatEgressRules([{ container: 'free', passages: undefined }])).toEqual(nothing)
})

const number = fc.oneof(
  fc.constantFrom(undefined, 1, 6, 17, 58, 80, 443, -1, 65_536, 1.5, Number.NaN),
  fc.integer({ min: 0, max: 300 }),
)
const block = fc.oneof(
  fc.constantFrom('0.0.0.0/0', cidr, '10.0.0.0/8', '::/0', '1.2.3.4', '1.2.3.4/33', '1.2.3.4/8 }'),
  fc.string(),
)
const passages: fc.Arbitrary<readonly Passage[]> = fc.array(
  fc.record({ protocol: number, from: number, to: number, cidr: block }),
)

test('whatever passages say, the wall stands as it is without them', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ container: fc.string(), passages })), (egress) => {
      const table = { owner: 'device', resolvers: ['192.168.1.1'], bridgeDns: [] }
      const { chains, jump } = formatEgressRules(egress)
      const held = formatNetworkTable({ ...table, egress })
      const free = egress.map(({ container }) => ({ container, passages: undefined }))
      const others = formatNetworkTable({ ...table, egress: free })
      expect(held.replace(chains, '').replace(jump, '')).toBe(others)
      for (const line of chains.split('\n')) {
        expect(line).toMatch(
          /^$|^ {2}(?:chain egress_[0-9a-f]{12} \{|\})$|^ {4}(?:meta nfproto ipv4|ip daddr [\d./]+)(?: (?:meta l4proto|tcp dport|udp dport|icmp type|icmp code) [\d-]+)* return$|^ {4}counter reject with icmpx type admin-prohibited$/,
        )
      }
      expect(jump).toMatch(
        /^$|^ {4}ether saddr vmap \{ [0-9a-f:]{17} : jump egress_[0-9a-f]{12}(?:, [0-9a-f:]{17} : jump egress_[0-9a-f]{12})* \}\n$/,
      )
    }),
  )
})

test('what is not said of IPv4 lets nothing out', () => {
  const odd = [
    { cidr: '::/0' },
    { protocol: 256, cidr },
    { protocol: 6, from: 80, to: 79, cidr },
    { protocol: 6, from: 80, cidr },
    { protocol: 47, from: 80, to: 80, cidr },
    { protocol: 1, from: 256, cidr },
  ]
  const { chains } = formatEgressRules([{ container: 'web', passages: odd }])
  expect(chains).not.toContain('return')
})

test('a container has its link address by its name, and one that no maker of cards has', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      expect(macOf(one)).toMatch(/^[0-9a-f][26ae](?::[0-9a-f]{2}){5}$/)
      expect(macOf(one) === macOf(other)).toBe(one === other)
    }),
  )
})
