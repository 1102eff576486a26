import { BaseError, parseNxq } from '@nexqloud/kernel'
import { maxUint40, maxUint96 } from 'viem'

import { parseDollars, showDollars, showNxq } from '../unit.ts'

/** An option names more than an account can hold. */
class AmountTooLargeError extends BaseError {
  constructor(option: string, { text, most }: { readonly text: string; readonly most: string }) {
    super(`${option} takes at most ${most}; ${text} was named.`, {
      code: 'ACCOUNT_AMOUNT_TOO_LARGE',
      kind: 'invalid',
      hint: `Repeat the command with ${option} at that or less.`,
    })
  }
}

/**
 * Returns the wei of an option's amount of NXQ; an account counts in uint96 (`ILeases.sol`).
 *
 * @throws {@link InvalidAmountError} where the text is none.
 * @throws {@link AmountTooLargeError} where it is more than an account can hold.
 */
export function parseAccountNxq(option: string, text: string): bigint {
  const wei = parseNxq(text)
  if (wei <= maxUint96) return wei
  throw new AmountTooLargeError(option, { text, most: showNxq(maxUint96) })
}

/**
 * Returns the micro-dollars an hour of an option's rate in dollars; an account counts in uint40 (`ILeases.sol`).
 *
 * @throws {@link InvalidDollarsError} where the text is none.
 * @throws {@link AmountTooLargeError} where it is more than an account can hold.
 */
export function parseAccountRate(option: string, text: string): bigint {
  const microUsd = parseDollars(text)
  if (microUsd <= maxUint40) return microUsd
  throw new AmountTooLargeError(option, { text, most: `${showDollars(maxUint40)} an hour` })
}
