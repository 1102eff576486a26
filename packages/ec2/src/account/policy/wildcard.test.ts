import fc from 'fast-check'
import { expect, test } from 'vitest'

import { matchesWildcard, parseWildcard } from './wildcard.ts'

const letters = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 12 })
const patterns = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 8 })

function matches(pattern: string, text: string, values: Readonly<Record<string, string>> = {}) {
  const parsed = parseWildcard(pattern, (name) => values[name])
  return parsed !== undefined && matchesWildcard(parsed, text)
}

test('a pattern takes what the same regular expression takes', () => {
  fc.assert(
    fc.property(patterns, letters, (pattern, text) => {
      const same = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's')
      expect(matches(pattern, text)).toBe(same.test(text))
    }),
  )
})

test('a pattern that is made to be slow is not', () => {
  expect(matches(`${'*a'.repeat(500)}b`, 'a'.repeat(5000))).toBe(false)
})

test('what a variable says is taken by its letters, stars too', () => {
  const values = { 'aws:username': 'a*' }
  expect(matches('user/${aws:username}', 'user/a*', values)).toBe(true)
  expect(matches('user/${aws:username}', 'user/ab', values)).toBe(false)
  expect(matches('${*}${?}${$}', '*?$')).toBe(true)
  expect(matches('${*}', 'a')).toBe(false)
})

test('a variable without a value matches nothing, not even with a star beside it', () => {
  expect(matches('*${aws:nothing}*', 'anything')).toBe(false)
})

test('without variables a dollar is a dollar', () => {
  const parsed = parseWildcard('${aws:username}') ?? []
  expect(matchesWildcard(parsed, '${aws:username}')).toBe(true)
})
