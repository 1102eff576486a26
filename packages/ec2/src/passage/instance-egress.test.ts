import { MOST_EGRESS_PASSAGES } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { instanceEgressOf } from './instance-egress.ts'

const https = { protocol: 6, from: 443, to: 443 }

test('who may send everywhere is held to nothing', () => {
  const egress = [{ ...https, cidr: '10.0.0.0/8' }, { cidr: '0.0.0.0/0' }]
  expect(instanceEgressOf(egress)).toEqual({ text: undefined, leftOut: 0 })
})

test.each([
  [[], '[]'],
  [[{ cidr: '::/0' }], '[]'],
  [[{ protocol: 6, cidr: '0.0.0.0/0' }], '[{"protocol":6,"cidr":"0.0.0.0/0"}]'],
  [
    [{ cidr: '203.0.113.7/32' }, { ...https, cidr: '0.0.0.0/0' }],
    '[{"protocol":6,"from":443,"to":443,"cidr":"0.0.0.0/0"},{"cidr":"203.0.113.7/32"}]',
  ],
])('%j is told as %s', (egress, text) => {
  expect(instanceEgressOf(egress)).toEqual({ text, leftOut: 0 })
})

test('of too many, the widest are told, and how many are not', () => {
  const members = Array.from({ length: MOST_EGRESS_PASSAGES + 2 }, (_, at) => ({
    cidr: `10.0.${at >> 8}.${at & 255}/32`,
  }))
  const { text = '', leftOut } = instanceEgressOf([...members, { ...https, cidr: '0.0.0.0/0' }])
  const told: unknown = JSON.parse(text)
  expect(told).toHaveLength(MOST_EGRESS_PASSAGES)
  expect(told).toMatchObject({ 0: { cidr: '0.0.0.0/0' } })
  expect(leftOut).toBe(3)
})
