import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  IllegalPeriodEventError,
  nextPeriodStage,
  periodStageOf,
  periodStages,
  type PeriodEvent,
  type PeriodStage,
} from './period-stage.ts'

const calendar = { end: 1000, periodSeconds: 300, postingSeconds: 20 }
const stages = Object.keys(periodStages) as PeriodStage[]
const events = [
  ...new Set(stages.flatMap((stage) => Object.keys(periodStages[stage]))),
] as PeriodEvent[]

test('no script of events leaves the table', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...events)), (script) => {
      let stage: PeriodStage = 'running'
      for (const event of script) {
        try {
          stage = nextPeriodStage(stage, event)
        } catch (failure) {
          expect(failure).toBeInstanceOf(IllegalPeriodEventError)
        }
        expect(stages).toContain(stage)
      }
    }),
  )
})

test('however time passes, whenever its root comes and all is paid, a period goes the ways of the table', () => {
  const times = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(times, fc.nat(9000), fc.nat(9000), (steps, rootAfter, paidAfter) => {
      const acceptAt = calendar.end + 2 * calendar.postingSeconds + 1 + rootAfter
      let [now, before]: [number, PeriodStage] = [0, 'running']
      for (const step of steps) {
        now += step
        const acceptedAt = now >= acceptAt ? acceptAt : undefined
        const isPaid = now >= acceptAt + paidAfter
        const stage = periodStageOf({ ...calendar, now, acceptedAt, isPaid })
        expect(reachable(before)).toContain(stage)
        before = stage
      }
    }),
  )
})

test('files and holders are taken until the second that the contract takes them', () => {
  const at = (now: number) =>
    periodStageOf({ ...calendar, now, acceptedAt: undefined, isPaid: false })
  expect([999, 1000, 1020, 1021, 1040, 1041, 3099, 3100, 5199, 5200].map(at)).toEqual([
    'running',
    'filing',
    'filing',
    'holding',
    'holding',
    'agreeing',
    'agreeing',
    'late',
    'late',
    'skipping',
  ])
})

/** A look may be so late that stages were passed. */
function reachable(from: PeriodStage): ReadonlySet<PeriodStage> {
  const found = new Set<PeriodStage>([from])
  for (const stage of found) for (const next of Object.values(periodStages[stage])) found.add(next)
  return found
}
