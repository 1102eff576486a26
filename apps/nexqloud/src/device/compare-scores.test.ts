import { expect, test } from 'vitest'

import { compareScores, isWorthAccepting, scoreTable } from './compare-scores.ts'

const none = { cpu: 0, memoryScore: 0, storageScore: 0, gpu: 0, isp: 0 }
const counts = { cpu: 1000, memoryScore: 5000, storageScore: 9000, gpu: 0, isp: 40_000 }

test('the first scores are shown as they are', () => {
  expect(scoreTable(compareScores(none, counts)).join('\n')).toMatchInlineSnapshot(`
    "SCORE    COUNTS NOW  MEASURED
    CPU      0           1000
    memory   0           5000
    storage  0           9000
    GPU      0           0         no GPU can be measured yet
    line     0           40000"
  `)
})

test('later ones say what changed, and what follows', () => {
  const offered = { cpu: 950, memoryScore: 5000, storageScore: 4500, gpu: 0, isp: 80_000 }
  expect(scoreTable(compareScores(counts, offered)).join('\n')).toMatchInlineSnapshot(`
    "SCORE    COUNTS NOW  MEASURED
    CPU      1000        950       5 % less, as two measurements of one machine may differ
    memory   5000        5000
    storage  9000        4500      50 % less: counts once a second measurement in a row agrees, or it is accepted
    GPU      0           0
    line     40000       80000     100 % more: counts once it is accepted"
  `)
})

test.each([
  ['the same', {}, true],
  ['higher ones', { cpu: 2000 }, true],
  ['one that is as much lower as measurements differ', { cpu: 900, isp: 90_000 }, true],
  ['one that is lower', { cpu: 899, isp: 90_000 }, false],
  ['one that is gone', { isp: 0 }, false],
])('%s: an owner gives up nothing by accepting them: %o %s', (_, changed, expected) => {
  expect(isWorthAccepting(counts, { ...counts, ...changed })).toBe(expected)
})
