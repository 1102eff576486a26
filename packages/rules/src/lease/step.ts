import { BaseError } from '@nexqloud/kernel'

import { fillPrices } from '../price/history.ts'
import type { LeaseAction, LeaseActionName, LeaseActionOf, LeaseOutcome } from './action.ts'
import { bill, skip } from './bill.ts'
import type { LeaseBook } from './book.ts'
import { close, closeInsolvent } from './close.ts'
import { open } from './open.ts'
import { credit } from './pay-credit.ts'
import {
  announceWithdrawal,
  approve,
  cancelWithdrawal,
  deposit,
  revoke,
  setLimits,
  withdraw,
} from './tenant.ts'
import {
  listKind,
  quote,
  setDevice,
  setIncomeShares,
  setMasternode,
  setTerms,
  settle,
} from './world.ts'

/** An action with a time before the one before it. */
export class ActionInPastError extends BaseError {
  constructor(at: number, time: number) {
    super(`An action of ${at} came after one of ${time}.`, {
      code: 'RULES_ACTION_IN_PAST',
      kind: 'invalid',
      hint: 'Replay actions in the order of their blocks.',
    })
  }
}

type Handlers = {
  readonly [Name in LeaseActionName]: (book: LeaseBook, action: LeaseActionOf<Name>) => LeaseOutcome
}

const handlers: Handlers = {
  deposit,
  approve,
  revoke,
  setLimits,
  announceWithdrawal,
  cancelWithdrawal,
  withdraw,
  open,
  close,
  closeInsolvent,
  bill,
  skip,
  credit,
  setTerms,
  setIncomeShares,
  setMasternode,
  setDevice,
  listKind,
  quote,
  settle,
}

/**
 * Returns what an action makes of the book: the rules of accounts and leases, exact to the wei. Takes O(1), whatever the
 * number of accounts and leases; the given book stays as it was.
 *
 * @throws {@link ActionInPastError} where the action's time is before that of the one before it.
 */
export function stepLeases(book: LeaseBook, action: LeaseAction): LeaseOutcome {
  if (action.at < book.time) throw new ActionInPastError(action.at, book.time)
  const handle = handlers[action.action] as (at: LeaseBook, what: LeaseAction) => LeaseOutcome
  const prices = fillPrices(book.prices, action.at)
  return handle({ ...book, time: action.at, prices }, action)
}
