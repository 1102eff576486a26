import { accountOf, smaller } from '@nexqloud/kernel'

import { monthsOver } from '../calendar.ts'
import { claimableCredit } from '../credit.ts'
import { done, refuse, type LeaseActionOf, type LeaseOutcome } from './action.ts'
import { accountIn, withAccount, type Incomes, type LeaseBook } from './book.ts'

/** Pays a credit of a settled root: at most what the network had from the instance in that month, less what was credited. */
export function credit(book: LeaseBook, action: LeaseActionOf<'credit'>): LeaseOutcome {
  const { instance, month, amount, period } = action
  if (book.roots.get(period) === undefined) return refuse(book, 'SettlementNoRoot')
  if (month >= monthsOver(book.calendar, period)) return refuse(book, 'CreditRefused')
  const incomes = book.incomes.get(instance)
  const kept = incomes?.[month % 2 === 0 ? 0 : 1]
  if (incomes === undefined || kept?.month !== month) return done(book)
  const paid = smaller(claimableCredit(amount, kept), book.networkFund)
  if (paid === 0n) return done(book)
  const next = { ...kept, credited: kept.credited + paid }
  const changed: Incomes = month % 2 === 0 ? [next, incomes[1]] : [incomes[0], next]
  const account = accountOf(instance)
  const own = accountIn(book, account)
  const booked = {
    ...book,
    incomes: book.incomes.set(instance, changed),
    networkFund: book.networkFund - paid,
  }
  const credited = withAccount(booked, account, { ...own, balance: own.balance + paid })
  return done(credited, { effect: 'credited', instance, amount: paid })
}
