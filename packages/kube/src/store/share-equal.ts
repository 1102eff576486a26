import { isFields } from '../json.ts'

/**
 * Returns a value of JSON with the parts of an older one that are equal to its own, and the older one itself where all of it is:
 * an object that is written again shares with what it was before all that did not change.
 */
export function shareEqual<Value>(next: Value, before: unknown): Value
export function shareEqual(next: unknown, before: unknown): unknown {
  if (Array.isArray(next) && Array.isArray(before)) {
    const items = next.map((item: unknown, index) => shareEqual(item, before[index]))
    const isEqual = items.length === before.length && items.every((item, at) => item === before[at])
    return isEqual ? before : items
  }
  if (!isFields(next) || !isFields(before)) return next
  const fields = Object.entries(next).map(
    ([field, value]) =>
      [field, Object.hasOwn(before, field) ? shareEqual(value, before[field]) : value] as const,
  )
  const isEqual =
    fields.length === Object.keys(before).length &&
    fields.every(([field, value]) => Object.hasOwn(before, field) && value === before[field])
  return isEqual ? before : Object.fromEntries(fields)
}
