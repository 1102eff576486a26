import { formatNxq, parseNxq, parsePeriod, WEI_PER_NXQ } from '@nexqloud/kernel'
import { describe, expect, test } from 'vitest'

import {
  createCalendar,
  createEmissionSchedule,
  EMISSION_SUPPLY,
  InexactEmissionError,
  nextHalvingAt,
} from './index.ts'

const networks = [
  { network: 'main', periodSeconds: 86_400 },
  { network: 'local', periodSeconds: 300 },
] as const

const supply = 10_500_000n * WEI_PER_NXQ

describe.each(networks)('on the $network network', ({ periodSeconds }) => {
  const { emissionOf, emittedBefore, periods } = createEmissionSchedule(periodSeconds)
  const perDay = 86_400 / periodSeconds
  const perEra = 1461 * perDay

  test('the schedule, walked to its end, emits 10,500,000 NXQ and every sum on the way is the closed form', () => {
    let sum = 0n
    let wrong = 0
    for (let index = 0; index < periods; index += 1) {
      const period = parsePeriod(index)
      const amount = emissionOf(period)
      if (emittedBefore(period) !== sum || amount <= 0n) wrong += 1
      sum += amount
    }
    expect(wrong).toBe(0)
    expect(sum).toBe(supply)
    expect(emissionOf(parsePeriod(periods))).toBe(0n)
    expect(emittedBefore(parsePeriod(periods))).toBe(supply)
  })

  test('every era but the last emits half of the one before, in every period the same', () => {
    for (let era = 0; era < 9; era += 1) {
      const [first, last] = [parsePeriod(era * perEra), parsePeriod((era + 1) * perEra - 1)]
      const expected = ((3600n * WEI_PER_NXQ) / 2n ** BigInt(era)) * BigInt(periodSeconds)
      expect(expected % 86_400n).toBe(0n)
      expect(emissionOf(first)).toBe(expected / 86_400n)
      expect(emissionOf(last)).toBe(expected / 86_400n)
    }
  })

  test('eras 0 to 8 leave 1,345.3125 NXQ, which last 191⅓ days', () => {
    const before = emittedBefore(parsePeriod(9 * perEra))
    expect(formatNxq(before)).toBe('10498654.6875')
    expect(supply - before).toBe(parseNxq('1345.3125'))
    expect(periods).toBe(9 * perEra + Math.ceil((191 + 1 / 3) * perDay))
  })

  test('nothing is emitted after the end, however late', () => {
    const late = parsePeriod(100 * perEra)
    expect(emissionOf(late)).toBe(0n)
    expect(emittedBefore(late)).toBe(EMISSION_SUPPLY)
  })
})

test('a day of the local network emits what a day of the main network does', () => {
  const [main, local] = [createEmissionSchedule(86_400), createEmissionSchedule(300)]
  for (const day of [0, 1460, 1461, 9 * 1461 - 1, 9 * 1461 + 191, 20_000]) {
    expect(local.emittedBefore(parsePeriod(day * 288))).toBe(main.emittedBefore(parsePeriod(day)))
  }
})

test.each([0, -1, 0.5, 7, 86_400 * 2])('periods of %s s are refused', (periodSeconds) => {
  expect(() => createEmissionSchedule(periodSeconds)).toThrow(InexactEmissionError)
})

test('the emission halves each 1,461 days, nine times', () => {
  const calendar = createCalendar({ genesisTime: 1000, periodSeconds: 300 })
  const era = 1461 * 86_400
  expect(nextHalvingAt(calendar, 1000)).toBe(1000 + era)
  expect(nextHalvingAt(calendar, 999 + era)).toBe(1000 + era)
  expect(nextHalvingAt(calendar, 1000 + era)).toBe(1000 + 2 * era)
  expect(nextHalvingAt(calendar, 999 + 9 * era)).toBe(1000 + 9 * era)
  expect(nextHalvingAt(calendar, 1000 + 9 * era)).toBeUndefined()
  const { emissionOf } = createEmissionSchedule(300)
  const first = parsePeriod(era / 300)
  expect(emissionOf(parsePeriod(first - 1))).toBe(2n * emissionOf(first))
})
