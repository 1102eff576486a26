import { expect, test } from 'vitest'

import { originOf } from './origin.ts'

test('a network is launched now only where no genesis of others is named', () => {
  expect(originOf({ isNew: true }, {})).toBe(', launched now')
  expect(originOf({ isNew: true }, { genesis: 'g.json' })).toBe(', begun now from g.json')
  expect(originOf({ isNew: false }, { genesis: 'g.json' })).toBe('')
})
