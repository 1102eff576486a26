import type { Address } from '@nexqloud/kernel'
import type { FundsRefusal } from '@nexqloud/rules'

type Words = Readonly<Record<FundsRefusal, (account: Address) => string>>

/** What is the account's own matter, and what is to be done about it. */
const ofAccount: Words = {
  NotApproved: (account) =>
    `the account ${account} has not approved the masternode that acts for all (nexqloud account approve NUMBER)`,
  FundsTooLow: (account) =>
    `the account ${account} has too little to spend for the buffer and for what has run (nexqloud account deposit --to ${account} --amount N)`,
  RateAboveLimit: (account) =>
    `all that runs would cost more an hour than the account ${account} allows (nexqloud account limits)`,
  TooLarge: () => 'no size that is sold has what its containers may use together',
}

/** What the contract's other words mean for whoever pays. */
const others: Readonly<Record<string, string>> = {
  DeviceNotActive: 'its device is not active on the chain',
  KindNotListed: 'its kind is not sold any more',
  PriceNotFirm: 'the price of NXQ is old or was just cut, and nothing is opened by such a price',
}

const passing: ReadonlySet<string> = new Set([
  'TokenNotNext',
  'LeaseStillOpen',
  'StartInFuture',
  'StartTooEarly',
])

/** Whether a refusal means a race lost, or a clock a second ahead: the next look finds what there is. */
export function isPassing(reason: string): boolean {
  return passing.has(reason)
}

/** Whether a refusal is a matter of whoever pays, who can end it. */
export function isOfAccount(reason: string | undefined): reason is FundsRefusal {
  return reason !== undefined && Object.hasOwn(ofAccount, reason)
}

/** Returns what a refusal means to whoever pays, and what is to be done. */
export function wordsOf(reason: string, account: Address): string {
  if (isOfAccount(reason)) return ofAccount[reason](account)
  return others[reason] ?? 'the chain refuses it'
}
