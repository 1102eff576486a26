/** Returns what a filter looks at of a field that may not be there. */
export function said(value: string | number | boolean | undefined): readonly string[] {
  return value === undefined ? [] : [String(value)]
}
