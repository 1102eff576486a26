import { BaseError } from '@nexqloud/kernel'

const DAY_SECONDS = 86_400

/** What becomes of an instance whose account does not pay, in order; `pay` leads back from everywhere but the end. */
export const freezeLadder = {
  running: { freeze: 'frozen' },
  /** Its containers have stopped; definition and address are kept. */
  frozen: { pay: 'running', wait: 'exporting' },
  /** As frozen, and its tenant is told to take out what is to be kept. */
  exporting: { pay: 'running', wait: 'erased' },
  /** Nothing is left of it but the receipt. */
  erased: {},
} as const satisfies Record<string, Record<string, string>>

/** A step of the ladder. */
export type FreezeStep = keyof typeof freezeLadder

/** What leads from one step to another. */
export type FreezeEvent = 'freeze' | 'pay' | 'wait'

/** How long a step lasts before time alone leads on: seconds. */
export const freezeStepSeconds = {
  frozen: 30 * DAY_SECONDS,
  exporting: 14 * DAY_SECONDS,
} as const satisfies Partial<Record<FreezeStep, number>>

/** Something was to happen to an instance that its step of the ladder does not know. */
export class IllegalFreezeError extends BaseError {
  constructor(step: FreezeStep, event: FreezeEvent) {
    const allowed = Object.keys(freezeLadder[step]).join(', ') || 'nothing'
    super(`An instance that is ${step} knows no ${event}; it knows ${allowed}.`, {
      code: 'RULES_FREEZE_ILLEGAL',
      kind: 'conflict',
      hint: 'Read the step again: somebody else has led it on.',
    })
  }
}

/**
 * Returns the step after an event.
 *
 * @throws {@link IllegalFreezeError}
 */
export function nextFreezeStep(step: FreezeStep, event: FreezeEvent): FreezeStep {
  const row: Partial<Record<FreezeEvent, FreezeStep>> = freezeLadder[step]
  const next = row[event]
  if (next === undefined) throw new IllegalFreezeError(step, event)
  return next
}

/** Where on the ladder something is that does not run for want of money, and since which chain second. */
export type FreezeMark = {
  readonly step: Exclude<FreezeStep, 'running'>
  readonly since: number
  /** When it was recorded that its tenant had been told to take it out: chain second. */
  readonly toldAt?: number | undefined
}

/**
 * Returns where something is on the ladder at a chain second, by where it was; nothing is known of it at its first look. A step lasts as long as it
 * should from when it was noticed, and the last one from when its tenant was told: so whoever looks late delays the next one, what nobody was told of
 * stays, and no clock but the chain's leads on.
 */
export function followFreeze(mark: FreezeMark | undefined, now: number): FreezeMark {
  if (mark === undefined) return { step: 'frozen', since: now }
  const { step, toldAt } = mark
  if (step === 'erased') return mark
  const since = step === 'exporting' ? toldAt : mark.since
  if (since === undefined || now - since < freezeStepSeconds[step]) return mark
  const next = nextFreezeStep(step, 'wait') as FreezeMark['step']
  return next === 'erased' ? { step: next, since: now, toldAt } : { step: next, since: now }
}

/** Whether somebody has to be told now to take out what is to be kept. */
export function isUntold({ step, toldAt }: FreezeMark): boolean {
  return step === 'exporting' && toldAt === undefined
}
