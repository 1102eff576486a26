import { expect, test } from 'vitest'

import { createAdmission } from './admission.ts'

const ports = { protocol: 6, from: 20, to: 22 }

test.each([
  ['203.0.113.7', true],
  ['::ffff:203.0.113.7', true],
  ['203.0.114.7', false],
  ['2001:db8::1', true],
  ['2001:db9::1', false],
  ['unknown', false],
  [undefined, false],
])('lets %s in where its block is named: %s', (address, isLet) => {
  const cidrs = ['203.0.113.0/24', '2001:db8::/32']
  const admits = createAdmission({ passages: cidrs.map((cidr) => ({ ...ports, cidr })) })
  expect(admits(address, 22)).toBe(isLet)
  expect(admits(address, 23)).toBe(false)
})

test('a block of one version holds nobody of the other one', () => {
  const admits = createAdmission({ passages: [{ cidr: '::/0' }] })
  expect([admits('203.0.113.7', 22), admits('2001:db8::1', 22)]).toEqual([false, true])
})

test('each traffic has its own blocks', () => {
  const passages = [
    { protocol: 6, from: 22, to: 22, cidr: '203.0.113.0/24' },
    { protocol: 6, from: 80, to: 80, cidr: '198.51.100.0/24' },
    { protocol: 17, from: 22, to: 80, cidr: '0.0.0.0/0' },
  ]
  const admits = createAdmission({ passages })
  expect([admits('203.0.113.7', 22), admits('203.0.113.7', 80)]).toEqual([true, false])
  expect([admits('198.51.100.7', 22), admits('198.51.100.7', 80)]).toEqual([false, true])
})

test('what is no block of addresses lets nobody in', () => {
  for (const cidr of ['', '/0', '0.0.0.0', '0.0.0.0/33', '0.0.0.0/0/0', '0.0.0.0/-1', 'x/0']) {
    expect(createAdmission({ passages: [{ cidr }] })('203.0.113.7', 22)).toBe(false)
  }
})

test('without passages nobody is let in, and without a word of them everybody', () => {
  expect(createAdmission({ passages: [] })('127.0.0.1', 22)).toBe(false)
  expect(createAdmission({})(undefined, 22)).toBe(true)
})
