import { BaseError } from '@nexqloud/kernel'

/** A text is not the number that is asked for. */
class InvalidNumberError extends BaseError {
  constructor(text: string, noun: string) {
    super(`"${text}" is not the number of a ${noun}.`, {
      code: 'CLI_NUMBER_INVALID',
      kind: 'invalid',
      hint: `Name the ${noun} by its number, e.g. 7.`,
    })
  }
}

/**
 * Returns a whole number of at least 0.
 *
 * @throws {@link InvalidNumberError} where the text is none.
 */
export function parseNumber(text: string, noun: string): bigint {
  if (!/^\d{1,60}$/.test(text)) throw new InvalidNumberError(text, noun)
  return BigInt(text)
}
