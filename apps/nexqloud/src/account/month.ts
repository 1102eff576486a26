import { BaseError, parsePeriod, type Period } from '@nexqloud/kernel'
import type { Calendar } from '@nexqloud/rules'

/** The periods that begin in a month of the calendar that people use, in UTC. */
export type Month = {
  /** E.g. `2026-11`. */
  readonly name: string
  /** From the first up to, not with, the last. */
  readonly from: Period
  readonly to: Period
  /** When the first one begins, in chain seconds. */
  readonly fromTime: number
}

/** A text is no month. */
export class InvalidMonthError extends BaseError {
  constructor(text: string) {
    super(`"${text}" is not a month.`, {
      code: 'CLI_MONTH_INVALID',
      kind: 'invalid',
      hint: 'Write year and month, e.g. 2026-11.',
    })
  }
}

/**
 * Returns a month by its name; the one of a time where none is named.
 *
 * @throws {@link InvalidMonthError}
 */
export function parseMonth(
  text: string | undefined,
  { calendar, nowMs }: { readonly calendar: Calendar; readonly nowMs: number },
): Month {
  const name = text ?? new Date(nowMs).toISOString().slice(0, 7)
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(name) ?? []
  if (year === undefined) throw new InvalidMonthError(name)
  const { genesisTime, periodSeconds } = calendar
  const firstFrom = (ms: number): Period =>
    parsePeriod(Math.max(0, Math.ceil((ms / 1000 - genesisTime) / periodSeconds)))
  const from = firstFrom(Date.UTC(Number(year), Number(month) - 1))
  const to = firstFrom(Date.UTC(Number(year), Number(month)))
  return { name, from, to, fromTime: genesisTime + from * periodSeconds }
}
