/** Suffixes of Kubernetes' quantities as powers. Source: k8s.io/apimachinery/pkg/api/resource, suffix.go. */
const decimal: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
}
const binary: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 }

const QUANTITY = /^\+?(\d{1,30})?(?:\.(\d{0,30}))?(?:([KMGTPE]i|[numkMGTPE])|[eE]([+-]?\d{1,2}))?$/

/** How a quantity becomes a whole number: what is asked for is rounded up, what there is is rounded down. */
export type Rounding = 'up' | 'down'

/**
 * Returns a quantity of Kubernetes in whole units, or in thousandths of them: 500 for `500m`, 2 ** 31 for `2Gi`. What is
 * larger than a safe integer is the largest of them. Nothing where it is none, or is below 0.
 */
export function parseQuantity(
  text: string,
  unit: 'whole' | 'milli',
  rounding: Rounding,
): number | undefined {
  const [found, whole = '', fraction = '', suffix = '', exponent = '0'] = QUANTITY.exec(text) ?? []
  if (found === undefined || whole + fraction === '') return undefined
  const digits = BigInt(whole + fraction) * 2n ** BigInt(binary[suffix] ?? 0)
  const tens = (decimal[suffix] ?? 0) + Number(exponent) - fraction.length
  const value = shiftTens(digits, unit === 'milli' ? tens + 3 : tens, rounding)
  return value > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : Number(value)
}

function shiftTens(value: bigint, tens: number, rounding: Rounding): bigint {
  const power = 10n ** BigInt(Math.abs(tens))
  if (tens >= 0) return value * power
  return rounding === 'up' ? (value + power - 1n) / power : value / power
}
