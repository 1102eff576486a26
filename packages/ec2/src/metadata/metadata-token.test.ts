import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createMemorySeal } from '../account/seal.ts'
import { issueMetadataToken, openMetadataToken, parseTokenSeconds } from './metadata-token.ts'

/** Few enough that two are alike in one or both. */
const name = fc.constantFrom('a', 'b', '', 'a","b')
const machine = fc.record({ namespace: name, id: name })

test('a token says until when it counts to its own instance, and nothing to any other', () => {
  fc.assert(
    fc.property(machine, machine, fc.nat(), (one, other, expiresMs) => {
      const seal = createMemorySeal()
      const token = issueMetadataToken(seal, one, expiresMs)
      expect(openMetadataToken(seal, one, token)).toBe(expiresMs)
      const isSame = one.namespace === other.namespace && one.id === other.id
      expect(openMetadataToken(seal, other, token)).toBe(isSame ? expiresMs : undefined)
      expect(openMetadataToken(createMemorySeal(), one, token)).toBeUndefined()
    }),
  )
})

test('whatever was not given as a token is none', () => {
  const seal = createMemorySeal()
  const own = { namespace: 'default', id: 'i-1' }
  const token = issueMetadataToken(seal, own, 1)
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(openMetadataToken(seal, own, text)).toBeUndefined()
      if (text !== '') expect(openMetadataToken(seal, own, token + text)).toBeUndefined()
    }),
  )
})

test('a token is asked for from one second to six hours, in whole seconds', () => {
  fc.assert(
    fc.property(fc.integer({ min: -5, max: 100_000 }), (seconds) => {
      const isTime = seconds >= 1 && seconds <= 21_600
      expect(parseTokenSeconds(String(seconds))).toBe(isTime ? seconds : undefined)
    }),
  )
  for (const text of [undefined, '', ' 1', '1.5', '1e3', '+1', '0x10', '99999999']) {
    expect(parseTokenSeconds(text)).toBeUndefined()
  }
})
