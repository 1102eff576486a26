import fc from 'fast-check'
import { expect, test } from 'vitest'

import { parseForgeTally, parseVitestTally } from './parse-tally.ts'

const text = fc.string({ minLength: 1 }).filter((value) => value.trim() !== '')
const testName = fc
  .string({ unit: fc.constantFrom('a', 'z', 'A', 'Z', '0', '9', '_') })
  .map((name) => `test${name}()`)
const tally = fc.record({
  passed: fc.nat(),
  failures: fc.array(fc.record({ name: text, message: fc.string() })),
  skips: fc.array(fc.record({ name: text, reason: text })),
})

test('a written tally is read as it was', () => {
  fc.assert(
    fc.property(tally, (written) => {
      expect(parseVitestTally(JSON.stringify(written))).toEqual(written)
    }),
  )
})

test('a skip without a reason is a failure', () => {
  const written = { passed: 1, failures: [], skips: [{ name: 'a', reason: ' ' }] }
  expect(parseVitestTally(JSON.stringify(written))).toEqual({
    passed: 1,
    failures: [{ name: 'a', message: 'It is skipped without a reason.' }],
    skips: [],
  })
})

test('a tally of another shape is refused', () => {
  expect(() => parseVitestTally('{"passed":-1}')).toThrow('failures')
})

test('a forge report counts each test, with reason and counterexample', () => {
  const report = forgeReport({
    'testMints()': { status: 'Success', reason: null, counterexample: null },
    'testFuzzSplit(uint256)': {
      status: 'Failure',
      reason: 'assertion failed: 2 != 1',
      counterexample: { Single: { calldata: '0x01' } },
    },
    'testFork()': { status: 'Skipped', reason: 'needs a network' },
  })
  expect(parseForgeTally(report)).toEqual({
    passed: 1,
    failures: [
      {
        name: 'test/Split.t.sol:SplitTest › testFuzzSplit(uint256)',
        message: 'assertion failed: 2 != 1\n{"Single":{"calldata":"0x01"}}',
      },
    ],
    skips: [{ name: 'test/Split.t.sol:SplitTest › testFork()', reason: 'needs a network' }],
  })
})

test('what the compiler prints before a forge report is passed over', () => {
  const report = forgeReport({ 'testMints()': { status: 'Success' } })
  expect(parseForgeTally(`Compiling 3 files\n${report}\n`).passed).toBe(1)
})

test('a forge that ends without a report has failed', () => {
  expect(parseForgeTally('Error: no tests\n').failures).toEqual([
    { name: 'forge test', message: 'It ended without a report.' },
  ])
})

test('each result of a forge report is counted once', () => {
  const status = fc.constantFrom('Success', 'Failure', 'Skipped')
  const results = fc.dictionary(testName, fc.record({ status, reason: fc.option(text) }))
  fc.assert(
    fc.property(results, (written) => {
      const { passed, failures, skips } = parseForgeTally(forgeReport(written))
      expect(passed + failures.length + skips.length).toBe(Object.keys(written).length)
    }),
  )
})

function forgeReport(results: Record<string, unknown>): string {
  return JSON.stringify({
    'test/Split.t.sol:SplitTest': { duration: '1ms', test_results: results },
  })
}
