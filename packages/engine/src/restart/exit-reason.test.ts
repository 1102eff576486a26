import { expect, test } from 'vitest'

import { terminationOf } from './exit-reason.ts'

const exit = { finishedAtMs: 0, isOomKilled: false }

test.each([
  [
    { ...exit, code: 0 },
    { reason: 'Completed', exitCode: 0 },
  ],
  [
    { ...exit, code: 3 },
    { reason: 'Error', exitCode: 3 },
  ],
  [
    { ...exit, code: 143 },
    { reason: 'Error', exitCode: 143, signal: 15 },
  ],
  [
    { ...exit, code: 255 },
    { reason: 'Error', exitCode: 255 },
  ],
  [
    { ...exit, code: 137, isOomKilled: true },
    {
      reason: 'OOMKilled',
      exitCode: 137,
      signal: 9,
      message: 'It needed more memory than its limit.',
    },
  ],
  [
    { finishedAtMs: 0, code: 137 },
    {
      reason: 'Error',
      exitCode: 137,
      signal: 9,
      message: 'It was killed; the engine does not say whether for its memory.',
    },
  ],
  [
    { ...exit, code: 127, error: 'no such file' },
    { reason: 'StartError', exitCode: 127, message: 'no such file' },
  ],
])('%j is %j', (found, termination) => {
  expect(terminationOf(found)).toEqual(termination)
})
