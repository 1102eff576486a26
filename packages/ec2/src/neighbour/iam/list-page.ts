import { validation } from './name.ts'

/** How a list of IAM's is asked for. */
export type ListInput = {
  readonly MaxItems?: number | undefined
  readonly Marker?: string | undefined
}

const MOST_ITEMS = 1000
const USUAL_ITEMS = 100

/**
 * Returns a page of a list, in the order of names: a marker is the name that it begins after.
 *
 * @throws {@link ActionError} `ValidationError` for a size that may not be.
 */
export function listPage<Row>(
  rows: readonly Row[],
  nameOf: (row: Row) => string,
  { MaxItems = USUAL_ITEMS, Marker }: ListInput,
): { readonly rows: readonly Row[]; readonly IsTruncated: boolean; readonly Marker?: string } {
  if (MaxItems < 1 || MaxItems > MOST_ITEMS) {
    throw validation(`Value '${MaxItems}' at 'maxItems' is none from 1 to ${MOST_ITEMS}`)
  }
  const after = Marker === undefined ? '' : Buffer.from(Marker, 'base64url').toString()
  const left = rows
    .filter((row) => nameOf(row) > after)
    .toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))
  const page = left.slice(0, MaxItems)
  const last = page.at(-1)
  if (last === undefined || left.length <= MaxItems) return { rows: page, IsTruncated: false }
  return {
    rows: page,
    IsTruncated: true,
    Marker: Buffer.from(nameOf(last)).toString('base64url'),
  }
}
