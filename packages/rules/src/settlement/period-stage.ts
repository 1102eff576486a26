import { BaseError } from '@nexqloud/kernel'

import { MISSING_PERIODS } from '../lease/close.ts'

/** What is to be done about a period, and what leads on from there. */
export const periodStages = {
  running: { end: 'filing' },
  filing: { filesDue: 'holding' },
  holding: { heldDue: 'agreeing' },
  agreeing: { accept: 'paying', wait: 'late' },
  late: { accept: 'paying', giveUp: 'skipping' },
  paying: { pay: 'settled', giveUp: 'skipping' },
  skipping: { accept: 'paying', pay: 'settled' },
  settled: {},
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>

/** Where a period is on its way to being paid. */
export type PeriodStage = keyof typeof periodStages

/** What happens to a period. */
export type PeriodEvent = {
  [Stage in PeriodStage]: keyof (typeof periodStages)[Stage]
}[PeriodStage]

/** A period was told what its stage does not allow. */
export class IllegalPeriodEventError extends BaseError {
  constructor(stage: PeriodStage, event: PeriodEvent) {
    const allowed = Object.keys(periodStages[stage]).join(', ') || 'nothing'
    super(`A period that is ${stage} cannot ${event}; it can: ${allowed}.`, {
      code: 'RULES_PERIOD_EVENT_ILLEGAL',
      kind: 'conflict',
    })
  }
}

/**
 * Returns the stage after an event.
 *
 * @throws {@link IllegalPeriodEventError} where the table has none.
 */
export function nextPeriodStage(stage: PeriodStage, event: PeriodEvent): PeriodStage {
  const row: Readonly<Partial<Record<PeriodEvent, PeriodStage>>> = periodStages[stage]
  const next = row[event]
  if (next === undefined) throw new IllegalPeriodEventError(stage, event)
  return next
}

/** Periods after its end from which a majority may propose a root. */
export const LATE_PERIODS = 7

/** What a period's stage follows from. Times are chain seconds. */
export type PeriodState = {
  readonly now: number
  /** The first second after the period. */
  readonly end: number
  readonly periodSeconds: number
  /** How long files are taken after the end, and after that who holds them. */
  readonly postingSeconds: number
  /** When its root became final; nothing while it has none. */
  readonly acceptedAt: number | undefined
  /** Whether everything under the root was paid or passed. */
  readonly isPaid: boolean
}

/** Returns where a period is; what is written down of that anywhere else is the chain. */
export function periodStageOf({
  now,
  end,
  periodSeconds,
  postingSeconds,
  acceptedAt,
  isPaid,
}: PeriodState): PeriodStage {
  if (isPaid) return 'settled'
  const givenUpAt = (acceptedAt ?? end) + MISSING_PERIODS * periodSeconds
  if (now >= givenUpAt) return 'skipping'
  if (acceptedAt !== undefined) return 'paying'
  if (now < end) return 'running'
  if (now <= end + postingSeconds) return 'filing'
  if (now <= end + 2 * postingSeconds) return 'holding'
  return now < end + LATE_PERIODS * periodSeconds ? 'agreeing' : 'late'
}
