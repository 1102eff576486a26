/** Suffixes of Kubernetes' quantities, and what they multiply by; in thousandths, so that `m` is a whole number. */
const factors: Readonly<Record<string, number>> = {
  m: 1,
  '': 1000,
  k: 1e6,
  M: 1e9,
  G: 1e12,
  T: 1e15,
  Ki: 1000 * 2 ** 10,
  Mi: 1000 * 2 ** 20,
  Gi: 1000 * 2 ** 30,
  Ti: 1000 * 2 ** 40,
}

/** Of k8s.io/apimachinery's resource.Quantity, what fits a device: no sign, no exponent, nothing above tera. */
const QUANTITY = /^(\d{1,15}(?:\.\d{1,9})?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/

/**
 * Returns a quantity in thousandths, rounded up as Kubernetes does: 500 for `500m`, 1.5e6 for `1.5k`. Nothing where it
 * is none.
 */
export function parseQuantityMilli(text: string): number | undefined {
  const [, digits, suffix = ''] = QUANTITY.exec(text) ?? []
  if (digits === undefined) return undefined
  const milli = Math.ceil(Number(digits) * (factors[suffix] ?? 0))
  return Number.isSafeInteger(milli) ? milli : undefined
}
