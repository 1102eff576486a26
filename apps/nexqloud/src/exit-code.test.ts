import { expect, test } from 'vitest'

import { exitCodeOf } from './exit-code.ts'
import { UnknownNameError } from './select-by-name.ts'

test('a mistake on the command line is wrong usage', () => {
  const error = new UnknownNameError({ noun: 'stage', unknown: ['x'], known: ['types'] })
  expect(exitCodeOf(error)).toBe(2)
})

test('an error of no known kind has failed', () => {
  expect(exitCodeOf(new Error('The disk is full.'))).toBe(1)
})
