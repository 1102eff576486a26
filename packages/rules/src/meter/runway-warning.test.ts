import fc from 'fast-check'
import { expect, test } from 'vitest'

import { runwayThresholds, runwayWarning, type ToldThreshold } from './runway-warning.ts'

const [week, day, hour] = runwayThresholds

test('a tenant is told at 7 days, a day and an hour, each once', () => {
  expect(tell([week + 1, week - 1, week - 2, day - 1, day - 2, hour - 1, 5])).toEqual([
    week,
    day,
    hour,
  ])
})

test('one that falls past two at once is told of the nearer one', () => {
  expect(tell([day * 3, hour - 1])).toEqual([week, hour])
})

test('after a top-up it is told again of what it was lifted above, and of nothing else', () => {
  expect(tell([hour - 1, day * 2, day - 1, hour - 1])).toEqual([hour, day, hour])
  expect(tell([day - 1, week * 2, day * 3, hour - 1])).toEqual([day, week, hour])
})

test('what opens and closes around a threshold is no news', () => {
  expect(tell([hour - 1, hour + 100, hour - 1, hour + 800, hour - 1])).toEqual([hour])
})

test('while nothing runs nothing is told and nothing is forgotten', () => {
  expect(tell([hour - 1, undefined, hour - 1])).toEqual([hour])
})

test('however an account rises and falls, it is told of a threshold again only after it was a quarter above', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 2 * week }), { maxLength: 60 }), (runways) => {
      let told: ToldThreshold
      const highest = new Map<number, number>()
      for (const runway of runways) {
        for (const [threshold, seen] of highest) highest.set(threshold, Math.max(seen, runway))
        const { warn, told: next } = runwayWarning(runway, told)
        told = next
        if (warn === undefined) continue
        expect(runway).toBeLessThan(warn)
        const seen = highest.get(warn)
        if (seen !== undefined) expect(seen).toBeGreaterThanOrEqual(warn * 1.25)
        for (const threshold of runwayThresholds) {
          if (threshold >= warn) highest.set(threshold, runway)
        }
      }
    }),
  )
})

/** Returns what is told as an account lasts so long, one after the other. */
function tell(runways: readonly (number | undefined)[]): readonly number[] {
  let told: ToldThreshold
  return runways.flatMap((runway) => {
    const { warn, told: next } = runwayWarning(runway, told)
    told = next
    return warn ?? []
  })
}
