import { expect, test } from 'vitest'

import { createTraceBudget } from './trace-budget.ts'

test('a trace holds so many bytes, and not one more', () => {
  const take = createTraceBudget(100)
  take(60)
  take(40)
  expect(() => take(1)).toThrowErrorMatchingInlineSnapshot(
    `[TraceTooLargeError: The trace has more than 100 bytes.]`,
  )
})
