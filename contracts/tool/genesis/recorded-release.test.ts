import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { readRelease } from './artifacts.ts'
import { formatRelease, readRecordedRelease, recordedReleaseFile } from './recorded-release.ts'

test('the recorded release is what the contracts compile to; node contracts/tool/release/main.ts records it', () => {
  const isUpToDate = readFileSync(recordedReleaseFile, 'utf8') === formatRelease(readRelease())
  expect(isUpToDate).toBe(true)
})

test('a release that is recorded is read back whole', () => {
  expect(readRecordedRelease()).toEqual(readRelease())
})
