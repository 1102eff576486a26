import type { Pod } from '../object/object.ts'
import type { EventRecorder } from '../object/record-event.ts'

/** What the contract's words mean for whoever pays, and what is to be done. */
const words: Readonly<Record<string, string>> = {
  NotApproved:
    'the account of its namespace has not approved the masternode that acts for all (nexqloud account approve NUMBER)',
  FundsTooLow:
    'the account of its namespace has too little to spend for the buffer and for what has run (nexqloud account deposit --to ACCOUNT)',
  RateAboveLimit:
    'all that runs would cost more an hour than the account allows (nexqloud account limits)',
  DeviceNotActive: 'its device is not active on the chain',
  KindNotListed: 'its kind is not sold any more',
  TooLarge: 'no size that is sold has what its containers may use together',
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

/** Tells a pod's tenant why nothing is billed for it. */
export function tellRefusal(
  record: EventRecorder,
  { metadata = {} }: Pick<Pod, 'metadata'>,
  reason: string,
): Promise<void> {
  const message = `It runs without a lease: ${words[reason] ?? 'the chain refuses it'} (${reason}).`
  return record({ kind: 'Pod', metadata }, { type: 'Warning', reason: 'LeaseRefused', message })
}
