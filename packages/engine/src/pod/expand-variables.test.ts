import fc from 'fast-check'
import { expect, test } from 'vitest'

import { expandedLength, expandVariables } from './expand-variables.ts'

const variables = new Map([
  ['A', '1'],
  ['B', '$(A)'],
  ['EMPTY', ''],
])

/** Of Kubernetes' own tests of its expansion. */
test.each([
  ['$(A)', '1'],
  ['x$(A)y$(A)', 'x1y1'],
  ['$(B)', '$(A)'],
  ['$(EMPTY)', ''],
  ['$(UNKNOWN)', '$(UNKNOWN)'],
  ['$$(A)', '$(A)'],
  ['$$$(A)', '$1'],
  ['$$$$(A)', '$$(A)'],
  ['$A', '$A'],
  ['$(A', '$(A'],
  ['$', '$'],
  ['a$$', 'a$'],
  ['$()', '$()'],
])('%s becomes %s', (text, expanded) => {
  expect(expandVariables(text, variables)).toBe(expanded)
})

test('leaves a text without dollars as it is', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!text.includes('$'))
      expect(expandVariables(text, variables)).toBe(text)
    }),
  )
})

test('the length of an expansion is known without making it', () => {
  const lengths = new Map([...variables].map(([name, value]) => [name, value.length]))
  const part = fc.constantFrom('$(A)', '$(B)', '$(NO)', '$$', '$', 'x', '$(', ')', '$(EMPTY)')
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const text = parts.join('')
      expect(expandedLength(text, lengths)).toBe(expandVariables(text, variables).length)
    }),
  )
})
