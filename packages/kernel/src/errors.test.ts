import { expect, test } from 'vitest'

import { BaseError } from './index.ts'

class DiskFullError extends BaseError {
  constructor(cause?: unknown) {
    super('The disk has 0 bytes left.', {
      code: 'TEST_DISK_FULL',
      kind: 'unavailable',
      hint: 'Free some space.',
      cause,
    })
  }
}

test('an error says its class, its code, its kind and what to do', () => {
  const error = new DiskFullError()
  expect(error).toMatchObject({
    name: 'DiskFullError',
    code: 'TEST_DISK_FULL',
    kind: 'unavailable',
    hint: 'Free some space.',
    message: 'The disk has 0 bytes left.',
  })
})

test('an error keeps its cause, and has none where there was none', () => {
  const cause = new Error('ENOSPC')
  expect(new DiskFullError(cause).cause).toBe(cause)
  expect('cause' in new DiskFullError()).toBe(false)
})
