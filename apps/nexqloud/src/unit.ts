import { BaseError, formatNxq } from '@nexqloud/kernel'

const MICRO = 1_000_000n

/** A text that is not an amount of dollars. */
export class InvalidDollarsError extends BaseError {
  constructor(text: string) {
    super(`"${text}" is not an amount of dollars.`, {
      code: 'CLI_DOLLARS_INVALID',
      kind: 'invalid',
      hint: 'Write digits with at most 6 decimals after a point, e.g. 0.25.',
    })
  }
}

/** Returns an amount of wei with its unit, e.g. `1.5 NXQ`. */
export function showNxq(wei: bigint): string {
  return `${formatNxq(wei)} NXQ`
}

/** Returns amounts of wei in NXQ, their decimal points below each other. */
export function formatNxqAligned(amounts: readonly bigint[]): readonly string[] {
  const parts = amounts.map((wei) => {
    const [whole = '', decimals] = formatNxq(wei).split('.')
    return [whole, decimals === undefined ? '' : `.${decimals}`] as const
  })
  const before = Math.max(...parts.map(([whole]) => whole.length))
  const after = Math.max(...parts.map(([, decimals]) => decimals.length))
  return parts.map(([whole, decimals]) => whole.padStart(before) + decimals.padEnd(after))
}

/** Returns micro-dollars as dollars, e.g. `0.25 USD`. */
export function showDollars(microUsd: bigint): string {
  const decimals = (microUsd % MICRO).toString().padStart(6, '0').replace(/0+$/, '')
  return `${microUsd / MICRO}${decimals === '' ? '' : `.${decimals}`} USD`
}

/**
 * Returns the micro-dollars of an amount of dollars, e.g. 250000n for `0.25`.
 *
 * @throws {@link InvalidDollarsError} where the text has a sign or more than 6 decimals.
 */
export function parseDollars(text: string): bigint {
  const [, whole, decimals = ''] = /^(\d+)(?:\.(\d{1,6}))?$/.exec(text) ?? []
  if (whole === undefined) throw new InvalidDollarsError(text)
  return BigInt(whole) * MICRO + BigInt(decimals.padEnd(6, '0'))
}

/** Returns a chain second as a date, e.g. `2026-11-25 21:00:00 UTC`. */
export function showTime(seconds: bigint | number): string {
  return new Date(Number(seconds) * 1000)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC')
}

/** Returns a span of seconds in its two largest units, e.g. `2 h 5 min`. */
export function showSpan(seconds: bigint): string {
  const units = [
    ['d', 86_400n],
    ['h', 3600n],
    ['min', 60n],
    ['s', 1n],
  ] as const
  const first = units.findIndex(([, size]) => seconds >= size)
  if (first < 0) return '0 s'
  let rest = seconds
  const parts = units.slice(first, first + 2).map(([name, size]) => {
    const count = rest / size
    rest %= size
    return count === 0n ? '' : `${count} ${name}`
  })
  return parts.filter((part) => part !== '').join(' ')
}
