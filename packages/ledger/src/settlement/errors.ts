import { BaseError, type Period } from '@nexqloud/kernel'

/** It is not known yet what a period is settled by: files of it, or who holds them, may still be posted. */
export class PeriodOpenError extends BaseError {
  constructor(
    period: Period,
    { dueAt, chainTime }: { readonly dueAt: number; readonly chainTime: number },
  ) {
    super(
      `What the period ${period} is settled by is known after the second ${dueAt}, and the newest block is of ${chainTime}.`,
      {
        code: 'LEDGER_PERIOD_OPEN',
        kind: 'unavailable',
        hint: 'Ask again once there is a later block: one comes each minute.',
      },
    )
  }
}
