import fc from 'fast-check'
import { expect, test } from 'vitest'

import { formatFailure, formatStage, formatSummary, reportToJson } from './report.ts'
import type { StageResult } from './run-stages.ts'
import { emptyTally } from './tally.ts'

const contracts: StageResult = {
  stage: { name: 'contracts', runs: 'forge' },
  state: 'failed',
  seconds: 12.34,
  cpuSeconds: 20.06,
  tally: {
    passed: 3,
    failures: [{ name: 'SplitTest › testHalf()', message: 'assertion failed: 2 != 1' }],
    skips: [{ name: 'testFork()', reason: 'needs a network' }],
  },
  output: 'Ran 5 tests\n',
}
const types: StageResult = {
  stage: { name: 'types', runs: 'tsc' },
  state: 'passed',
  seconds: 0.5,
  tally: { ...emptyTally, passed: 1 },
  output: 'not shown\n',
}

test('a stage is one line, with its times', () => {
  expect([types, contracts].map(formatStage).join('\n')).toMatchInlineSnapshot(`
    "types      passed      0.5 s                tsc
    contracts  failed     12.3 s   20.1 CPU-s   forge"
  `)
})

test('a failure shows what failed and what was printed', () => {
  expect(formatFailure(contracts).join('\n')).toMatchInlineSnapshot(`
    "  failed: SplitTest › testHalf()
        assertion failed: 2 != 1
        Ran 5 tests"
  `)
})

test('the summary gives each skip its reason and ends with the sum', () => {
  expect(formatSummary([types, contracts])).toEqual([
    'skipped: testFork(): needs a network',
    '4 passed, 1 failed, 1 skipped',
  ])
})

test('the last line adds up, whatever the stages counted', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000)), (counts) => {
      const results = counts.map((passed) => ({ ...types, tally: { ...emptyTally, passed } }))
      const sum = counts.reduce((left, right) => left + right, 0)
      expect(formatSummary(results).at(-1)).toBe(`${sum} passed, 0 failed, 0 skipped`)
    }),
  )
})

test('the document carries the same sum, and output only where a stage failed', () => {
  expect(JSON.parse(reportToJson([types, contracts]))).toMatchObject({
    passed: 4,
    failed: 1,
    skipped: 1,
    stages: [
      { name: 'types', state: 'passed', passed: 1 },
      { name: 'contracts', state: 'failed', output: 'Ran 5 tests\n', cpuSeconds: 20.06 },
    ],
  })
  expect(reportToJson([types])).not.toContain('not shown')
})
