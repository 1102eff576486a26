import fc from 'fast-check'
import { expect, test } from 'vitest'

import { permissionsOf, type Said } from './permissions.ts'
import { readTraffic } from './protocol.ts'

/** Rules and permissions say the same. */

const rule: fc.Arbitrary<Said> = fc
  .tuple(
    fc.constantFrom(
      { IpProtocol: '-1', FromPort: -1, ToPort: -1 },
      { IpProtocol: '50', FromPort: -1, ToPort: -1 },
      { IpProtocol: 'tcp', FromPort: 80, ToPort: 80 },
      { IpProtocol: 'tcp', FromPort: 80, ToPort: 81 },
      { IpProtocol: 'icmp', FromPort: 8, ToPort: -1 },
    ),
    fc.constantFrom(
      { CidrIpv4: '10.0.0.0/8' },
      { CidrIpv4: '10.1.0.0/16' },
      { CidrIpv6: '::/0' },
      { PrefixListId: 'pl-12345678' },
      { ReferencedGroupInfo: { GroupId: 'sg-1', UserId: '1' } },
    ),
    fc.constantFrom({}, { Description: 'said' }),
  )
  .map(([traffic, peer, described]) => ({ ...traffic, ...peer, ...described }))

test('permissions say all that the rules say, and nothing twice', () => {
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 10 }), (rules) => {
      const permissions = permissionsOf(rules)
      const heads = permissions.map(({ IpProtocol, FromPort, ToPort }) =>
        JSON.stringify([IpProtocol, FromPort, ToPort]),
      )
      expect(new Set(heads).size).toBe(heads.length)
      const back = permissions.flatMap((permission) => {
        const traffic = readTraffic(permission)
        const { IpRanges = [], Ipv6Ranges = [], PrefixListIds = [] } = permission
        return [
          ...IpRanges.map(({ CidrIp, ...own }) => ({ ...traffic, CidrIpv4: CidrIp, ...own })),
          ...Ipv6Ranges.map((own) => ({ ...traffic, ...own })),
          ...PrefixListIds.map((own) => ({ ...traffic, ...own })),
          ...(permission.UserIdGroupPairs ?? []).map(({ GroupId, UserId, ...own }) => ({
            ...traffic,
            ReferencedGroupInfo: { GroupId, UserId },
            ...own,
          })),
        ]
      })
      const sorted = (all: readonly object[]) => all.map((one) => canonical(one)).toSorted()
      expect(sorted(back)).toEqual(sorted(rules))
    }),
  )
})

test.each([
  [
    { IpProtocol: '6', FromPort: 1, ToPort: 2 },
    { IpProtocol: 'tcp', FromPort: 1, ToPort: 2 },
  ],
  [
    { IpProtocol: 'TCP', FromPort: 1, ToPort: 2 },
    { IpProtocol: 'tcp', FromPort: 1, ToPort: 2 },
  ],
  [
    { IpProtocol: '-1', FromPort: 1, ToPort: 2 },
    { IpProtocol: '-1', FromPort: -1, ToPort: -1 },
  ],
  [
    { IpProtocol: '47', FromPort: 1, ToPort: 2 },
    { IpProtocol: '47', FromPort: -1, ToPort: -1 },
  ],
  [
    { IpProtocol: 'icmp', FromPort: 8, ToPort: 0 },
    { IpProtocol: 'icmp', FromPort: 8, ToPort: 0 },
  ],
  [{ IpProtocol: '58' }, { IpProtocol: 'icmpv6', FromPort: -1, ToPort: -1 }],
])('%j is the traffic %j', (asked, read) => {
  expect(readTraffic(asked)).toEqual(read)
})

test.each([
  {},
  { IpProtocol: 'smoke' },
  { IpProtocol: '256' },
  { IpProtocol: 'tcp' },
  { IpProtocol: 'tcp', FromPort: 2, ToPort: 1 },
  { IpProtocol: 'udp', FromPort: 0, ToPort: 65_536 },
  { IpProtocol: 'tcp', FromPort: -1, ToPort: 1 },
  { IpProtocol: 'icmp', FromPort: -1, ToPort: 0 },
  { IpProtocol: 'icmp', FromPort: 256, ToPort: 0 },
])('%j is no traffic', (asked) => {
  expect(() => readTraffic(asked)).toThrow(
    expect.objectContaining({ awsCode: 'InvalidParameterValue' }),
  )
})

/** Whatever the order of its fields. */
function canonical(value: object): string {
  return JSON.stringify(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
}
