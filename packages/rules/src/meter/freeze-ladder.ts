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

/** Returns the step of an instance that was frozen at one second and not paid for until another. */
export function freezeStepAt(frozenAt: number, now: number): FreezeStep {
  const passed = now - frozenAt
  if (passed < freezeStepSeconds.frozen) return 'frozen'
  return passed < freezeStepSeconds.frozen + freezeStepSeconds.exporting ? 'exporting' : 'erased'
}
