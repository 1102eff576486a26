import fc from 'fast-check'
import { expect, test } from 'vitest'

import { InvalidRawScoresError, qloudScores } from './index.ts'

/** The rule as it is written: each device against every other. */
function naiveScores(raw: readonly Uint32Array[]): readonly number[] {
  const classOf = (column: Uint32Array, device: number): number => {
    const lower = column.filter((other) => other < (column[device] ?? 0)).length
    return Math.max(1, Math.floor((100 * lower + column.length - 1) / column.length))
  }
  return Array.from(raw[0] ?? [], (_, device) =>
    raw.reduce((sum, column) => sum + 20 * classOf(column, device), 0),
  )
}

/** Few values, values that share their upper 16 or 24 bits, values around the tables' edges, any values. */
const rawScore = fc.oneof(
  fc.constantFrom(0, 1, 255, 256, 65_535, 65_536, 65_537, 2 ** 24, 2 ** 32 - 1),
  fc.nat(300),
  fc.integer({ min: 0x12_34_00_00, max: 0x12_34_ff_ff }),
  fc.integer({ min: 0x12_34_56_00, max: 0x12_34_56_ff }),
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
)

/** Five columns of one length; each is drawn from a palette, which is small where there are many ties. */
function columns(maxDevices: number): fc.Arbitrary<readonly Uint32Array[]> {
  return fc.integer({ min: 1, max: maxDevices }).chain((devices) => {
    const palette = fc.array(rawScore, { minLength: 1, maxLength: maxDevices })
    const column = palette.chain((values) =>
      fc
        .array(fc.constantFrom(...values), { minLength: devices, maxLength: devices })
        .map((raw) => Uint32Array.from(raw)),
    )
    return fc.array(column, { minLength: 5, maxLength: 5 })
  })
}

test('the scores are those of the rule as it is written, with many ties, few and none', () => {
  fc.assert(
    fc.property(columns(250), (raw) => {
      expect([...qloudScores(raw)]).toEqual(naiveScores(raw))
    }),
    { numRuns: 200 },
  )
})

test('a score lies between 100 and 10,000 hundredths', () => {
  fc.assert(
    fc.property(columns(120), (raw) => {
      expect(qloudScores(raw).every((score) => score >= 100 && score <= 10_000)).toBe(true)
    }),
  )
})

test('whoever is not lower in any category does not score less', () => {
  fc.assert(
    fc.property(columns(60), (raw) => {
      const scores = [...qloudScores(raw)]
      const isNowhereLower = (one: number, other: number) =>
        raw.every((column) => (column[one] ?? 0) >= (column[other] ?? 0))
      const wronged = scores.filter((score, one) =>
        scores.some((higher, other) => higher > score && isNowhereLower(one, other)),
      )
      expect(wronged).toEqual([])
    }),
    { numRuns: 50 },
  )
})

test('a hundred thousand different scores fall into a hundred classes of one size', () => {
  const devices = 100_000
  const column = Uint32Array.from({ length: devices }, (_, device) => device * 42_949)
  const scores = qloudScores([column, column, column, column, column])
  const expected = Uint16Array.from(
    { length: devices },
    (_, device) => 100 * Math.max(1, Math.ceil(device / 1000)),
  )
  expect(scores).toEqual(expected)
})

test('a device that is alone, and devices that are all equal, have the lowest score', () => {
  const alone = Uint32Array.of(7)
  const equal = new Uint32Array(1000).fill(2 ** 32 - 1)
  expect([...qloudScores(Array.from({ length: 5 }, () => alone))]).toEqual([100])
  expect(qloudScores(Array.from({ length: 5 }, () => equal))).toEqual(
    new Uint16Array(1000).fill(100),
  )
})

test('a network without devices has no scores', () => {
  expect(qloudScores(Array.from({ length: 5 }, () => new Uint32Array(0)))).toEqual(
    new Uint16Array(0),
  )
})

test('the raw scores themselves stay as they were', () => {
  const column = Uint32Array.of(3, 1, 2)
  qloudScores([column, column, column, column, column])
  expect([...column]).toEqual([3, 1, 2])
})

test.each([
  ['four categories', [1, 1, 1, 1]],
  ['six categories', [1, 1, 1, 1, 1, 1]],
  ['a category that misses a device', [2, 2, 2, 1, 2]],
])('%s are refused', (_, lengths) => {
  const raw = lengths.map((length) => new Uint32Array(length))
  expect(() => qloudScores(raw)).toThrow(InvalidRawScoresError)
})

test('a refusal says what was passed', () => {
  expect(new InvalidRawScoresError([2, 2])).toMatchInlineSnapshot(
    `[InvalidRawScoresError: Raw scores of 2 categories with [2, 2] devices.]`,
  )
})
