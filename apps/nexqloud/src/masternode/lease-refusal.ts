/** Why the contract leaves an item of a batch out, in the order of `ILeases.Refusal`. */
const refusals = [
  'None',
  'NotApproved',
  'TokenNotNext',
  'LeaseStillOpen',
  'StartInFuture',
  'StartTooEarly',
  'DeviceNotActive',
  'KindNotListed',
  'RateAboveLimit',
  'FundsTooLow',
  'NotOpen',
  'NotAllowed',
  'Solvent',
  'NotThisPeriod',
  'AlreadyFinished',
  'SkipTooEarly',
] as const

/** Returns the contract's word for a refusal; its number where this program does not know it. */
export function refusalOf(number: number): string {
  return refusals[number] ?? `refusal ${number}`
}
