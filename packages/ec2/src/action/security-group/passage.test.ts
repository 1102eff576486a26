import { BlockList } from 'node:net'

import type { Packet } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { isLetThrough, passagesOf, type Lookup } from './passage.ts'

/** What groups come to, beside what each of their rules says. */

const members: Readonly<Record<string, readonly string[]>> = {
  'sg-1': ['10.0.0.4', '203.0.113.1'],
  'sg-2': [],
  'sg-3': ['10.0.0.5'],
}
const lookup: Lookup = {
  membersOf: ({ GroupId }) => members[GroupId] ?? [],
  prefixesOf: () => ['192.0.2.0/25'],
}

type Rule = Parameters<typeof passagesOf>[0][number]

const blocks = ['0.0.0.0/0', '10.0.0.0/8', '10.0.0.0/30', '10.0.0.4/32', '203.0.113.0/24']
const addresses = ['10.0.0.1', '10.0.0.4', '10.0.0.5', '203.0.113.1', '192.0.2.7', '8.8.8.8']

const traffic = fc.oneof(
  fc.constant({ IpProtocol: '-1', FromPort: -1, ToPort: -1 }),
  fc.constant({ IpProtocol: '50', FromPort: -1, ToPort: -1 }),
  fc
    .tuple(
      fc.constantFrom('tcp', 'udp'),
      fc.integer({ min: 0, max: 9 }),
      fc.integer({ min: 0, max: 9 }),
    )
    .map(([IpProtocol, one, other]) => ({
      IpProtocol,
      FromPort: Math.min(one, other),
      ToPort: Math.max(one, other),
    })),
  fc
    .tuple(fc.integer({ min: -1, max: 3 }), fc.integer({ min: -1, max: 3 }))
    .map(([FromPort, code]) => ({
      IpProtocol: 'icmp',
      FromPort,
      ToPort: FromPort === -1 ? -1 : code,
    })),
)
const peer = fc.oneof(
  fc.constantFrom(...blocks).map((CidrIpv4) => ({ CidrIpv4 })),
  fc
    .constantFrom('sg-1', 'sg-2', 'sg-3')
    .map((GroupId) => ({ ReferencedGroupInfo: { GroupId, UserId: '1' } })),
  fc.constant({ PrefixListId: 'pl-1' }),
  fc.constant({ CidrIpv6: '::/0' }),
)
const rules: fc.Arbitrary<readonly Rule[]> = fc.array(
  fc
    .tuple(traffic, peer, fc.boolean())
    .map(([own, whose, IsEgress]) => ({ ...own, ...whose, IsEgress })),
  { maxLength: 8 },
)
const packets: fc.Arbitrary<Packet> = fc.record({
  protocol: fc.constantFrom(1, 6, 17, 50, 47),
  port: fc.integer({ min: 0, max: 9 }),
  code: fc.integer({ min: 0, max: 3 }),
  address: fc.constantFrom(...addresses),
})

test('a packet is let through where one rule of its direction allows it, and only there', () => {
  fc.assert(
    fc.property(rules, packets, fc.boolean(), (all, one, IsEgress) => {
      const expected = all.some((rule) => rule.IsEgress === IsEgress && allows(rule, one))
      const passages = passagesOf(all, { ...lookup, IsEgress })
      expect(isLetThrough(passages, one)).toBe(expected)
    }),
    { numRuns: 1000 },
  )
})

test('all packets of one address are let through as its rules say', () => {
  const narrow = fc.array(
    fc.tuple(traffic, fc.constantFrom('10.0.0.0/8', '0.0.0.0/0')).map(([own, CidrIpv4]) => ({
      ...own,
      CidrIpv4,
      IsEgress: false,
    })),
    { maxLength: 5 },
  )
  const numbers = Array.from({ length: 10 }, (_, number) => number)
  const all = [1, 6, 17, 50].flatMap((protocol) =>
    numbers.map((port) => ({ protocol, port, code: port % 4, address: '10.0.0.1' })),
  )
  fc.assert(
    fc.property(narrow, (few) => {
      const passages = passagesOf(few, { ...lookup, IsEgress: false })
      for (const one of all) {
        expect(isLetThrough(passages, one)).toBe(few.some((rule) => allows(rule, one)))
      }
    }),
  )
})

test('no passage is there twice, or inside another one', () => {
  fc.assert(
    fc.property(rules, fc.boolean(), (all, IsEgress) => {
      const passages = passagesOf(all, { ...lookup, IsEgress })
      for (const passage of passages) {
        const others = passages.filter((other) => other !== passage)
        expect(others).not.toContainEqual(passage)
        if (passage.protocol === undefined && passage.cidr === '0.0.0.0/0') {
          expect(others.every(({ cidr }) => cidr === '::/0')).toBe(true)
        }
      }
    }),
  )
})

test('a group that a rule speaks of is its members, and nobody where it has none', () => {
  const rule = { IsEgress: false, IpProtocol: 'tcp', FromPort: 22, ToPort: 22 }
  const of = (GroupId: string) =>
    passagesOf([{ ...rule, ReferencedGroupInfo: { GroupId, UserId: '1' } }], {
      ...lookup,
      IsEgress: false,
    })
  const ssh = { protocol: 6, from: 22, to: 22 }
  expect(of('sg-1')).toEqual([
    { ...ssh, cidr: '10.0.0.4/32' },
    { ...ssh, cidr: '203.0.113.1/32' },
  ])
  expect(of('sg-2')).toEqual([])
})

/** Whether one rule allows a packet, computed without blocks of numbers. */
function allows(rule: Rule, packet: Packet): boolean {
  const { IpProtocol, FromPort, ToPort } = rule
  const { protocol, port = 0, code } = packet
  if (!isOfPeer(rule, packet)) return false
  if (IpProtocol === '-1') return true
  if (IpProtocol === 'icmp') {
    const isType = FromPort === -1 || FromPort === port
    return protocol === 1 && isType && (ToPort === -1 || ToPort === code)
  }
  const wanted = ({ tcp: 6, udp: 17 } as Readonly<Record<string, number>>)[IpProtocol]
  if (wanted === undefined) return protocol === Number(IpProtocol)
  return protocol === wanted && FromPort <= port && port <= ToPort
}

function isOfPeer(rule: Rule, { address }: Packet): boolean {
  if (rule.ReferencedGroupInfo !== undefined) {
    return (members[rule.ReferencedGroupInfo.GroupId ?? ''] ?? []).includes(address)
  }
  const cidr = rule.PrefixListId === undefined ? rule.CidrIpv4 : '192.0.2.0/25'
  if (cidr === undefined) return false
  const [network = '', bits] = cidr.split('/')
  const list = new BlockList()
  list.addSubnet(network, Number(bits), 'ipv4')
  return list.check(address, 'ipv4')
}
