import { BaseError } from './errors.ts'

/** Wei of one NXQ: 18 decimals. */
export const WEI_PER_NXQ = 10n ** 18n

/** A text that is not an amount of NXQ. */
export class InvalidAmountError extends BaseError {
  readonly text: string

  constructor(text: string) {
    super(`"${text}" is not an amount of NXQ.`, {
      code: 'KERNEL_AMOUNT_INVALID',
      kind: 'invalid',
      hint: 'Write digits with at most 18 decimals after a point, e.g. 12.5.',
    })
    this.text = text
  }
}

/**
 * Returns the wei of an amount of NXQ, e.g. 1500000000000000000n for `1.5`; exact.
 *
 * @throws {@link InvalidAmountError} where the text has a sign, an exponent, or more than 18 decimals.
 */
export function parseNxq(text: string): bigint {
  const [, whole, decimals = ''] = /^(\d+)(?:\.(\d{1,18}))?$/.exec(text) ?? []
  if (whole === undefined) throw new InvalidAmountError(text)
  return BigInt(whole) * WEI_PER_NXQ + BigInt(decimals.padEnd(18, '0'))
}

/** Returns wei as NXQ, e.g. `1.5`: exact, no more decimals than needed, no unit. */
export function formatNxq(wei: bigint): string {
  const sign = wei < 0n ? '-' : ''
  const size = wei < 0n ? -wei : wei
  const decimals = (size % WEI_PER_NXQ).toString().padStart(18, '0').replace(/0+$/, '')
  return `${sign}${size / WEI_PER_NXQ}${decimals === '' ? '' : `.${decimals}`}`
}

/** Returns the smaller of two amounts. */
export function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

/** Returns the larger of two amounts. */
export function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
