import { expect, test } from 'vitest'

import { parseLabel } from './label.ts'

test('a label is a key and a value, as Kubernetes takes them', () => {
  expect(parseLabel('team=web')).toEqual(['team', 'web'])
  expect(parseLabel('example.com/cost-centre=4711')).toEqual(['example.com/cost-centre', '4711'])
  expect(parseLabel('empty=')).toEqual(['empty', ''])
})

test.each(['team', '=web', 'te am=web', 'team=a b', 'team=-a', `team=${'a'.repeat(64)}`, '/a=b'])(
  '%j is none',
  (text) => {
    expect(parseLabel(text)).toContain('is no label')
  },
)

test('what controllers write is not a tenant’s to say', () => {
  expect(parseLabel('nexqloud.io/group=x')).toContain('not yours to say')
  expect(parseLabel('a.kubernetes.io/b=x')).toContain('not yours to say')
  expect(parseLabel('mynexqloud.io/b=x')).toEqual(['mynexqloud.io/b', 'x'])
})
