import { BaseError, type Period } from '@nexqloud/kernel'

import type { Unpaid } from './push.ts'

/** The chain took what pays a period, and did not pay it. */
export class PeriodUnpaidError extends BaseError {
  constructor(
    period: Period,
    { rewards, bills, credits }: Pick<Unpaid, 'rewards' | 'bills' | 'credits'>,
  ) {
    super(
      `${rewards.length} rewards, ${bills.length} bills and ${credits.length} credits of period ${period} were sent again and again, and the chain has not paid them all.`,
      {
        code: 'CONTROL_PERIOD_UNPAID',
        kind: 'conflict',
        hint: `See which and why with: nexqloud settlement verify ${period}. Bills that stay are passed without charge after 14 periods.`,
      },
    )
  }
}
