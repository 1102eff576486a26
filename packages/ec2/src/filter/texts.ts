/** Returns what a filter looks at, as texts; what is not there is not looked at. */
export function texts(
  ...values: readonly (string | number | boolean | null | undefined)[]
): readonly string[] {
  return values.flatMap((value) => (value === undefined || value === null ? [] : [String(value)]))
}
