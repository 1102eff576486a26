import { Map } from 'immutable'

import { periodEnd } from '../calendar.ts'
import { quotePrice } from '../price/history.ts'
import { done, refuse, type LeaseActionOf, type LeaseOutcome } from './action.ts'
import type { LeaseBook } from './book.ts'

/** Sets the terms of leases opened and withdrawals made from now on. */
export function setTerms(book: LeaseBook, { terms }: LeaseActionOf<'setTerms'>): LeaseOutcome {
  return done({ ...book, terms })
}

/** Sets the shares of periods that start from now on. */
export function setIncomeShares(
  book: LeaseBook,
  { at, shares }: LeaseActionOf<'setIncomeShares'>,
): LeaseOutcome {
  const earlier = book.shares.filter(({ from }) => from < at)
  return done({ ...book, shares: [...earlier, { from: at, shares }] })
}

/** Says what leases need to know of a masternode. */
export function setMasternode(
  book: LeaseBook,
  action: LeaseActionOf<'setMasternode'>,
): LeaseOutcome {
  const { masternode, signer, payee, isActive } = action
  const before = book.masternodes.get(masternode)?.signer
  const freed = before === undefined ? book.signers : book.signers.delete(before)
  const signers = signer === undefined ? freed : freed.set(signer, masternode)
  const masternodes = book.masternodes.set(masternode, { signer, payee, isActive })
  return done({ ...book, masternodes, signers })
}

/** Says what leases need to know of a device; a new owner owns it from now on. */
export function setDevice(book: LeaseBook, action: LeaseActionOf<'setDevice'>): LeaseOutcome {
  const { at, device, owner, isActive } = action
  const before = book.devices.get(device)?.owners ?? []
  const owners =
    before.at(-1)?.owner === owner
      ? before
      : [...before.filter(({ from }) => from < at), { from: at, owner }]
  return done({ ...book, devices: book.devices.set(device, { isActive, owners }) })
}

/** Lists a kind at a price; where it is a new one, the one before ends now. */
export function listKind(book: LeaseBook, action: LeaseActionOf<'listKind'>): LeaseOutcome {
  const { at, kind, rate } = action
  const listed = book.kinds.get(kind)
  if (listed?.rate === rate) return done(book)
  const endedAt =
    listed === undefined ? Map<string, number>() : listed.endedAt.set(`${listed.rate}`, at)
  return done({ ...book, kinds: book.kinds.set(kind, { rate, endedAt }) })
}

/** Takes a signer's quote; whether the caller is one is decided elsewhere. */
export function quote(book: LeaseBook, action: LeaseActionOf<'quote'>): LeaseOutcome {
  const { by, at, weiPerMicroUsd } = action
  return done({ ...book, prices: quotePrice(book.prices, by, { weiPerMicroUsd, quotedAt: at }) })
}

/** Makes the root of a period that is over final; how it is agreed is decided elsewhere. */
export function settle(book: LeaseBook, { at, period }: LeaseActionOf<'settle'>): LeaseOutcome {
  if (at < periodEnd(book.calendar, period)) return refuse(book, 'SettlementTooEarly')
  if (book.roots.get(period) !== undefined) return refuse(book, 'SettlementRootKnown')
  const { newestRoot } = book
  return done({
    ...book,
    roots: book.roots.set(period, at),
    newestRoot: newestRoot === undefined || period > newestRoot ? period : newestRoot,
  })
}
