import { createHash } from 'node:crypto'

import { ActionError, invalidCombination, invalidValue } from '../action/errors.ts'
import { createFilter, type Filter, type FilterTable } from '../filter/filter.ts'
import type { Tagged } from '../resource/kinds.ts'
import { tagsOf, type Resource } from '../resource/resource.ts'

/** How a Describe action is asked for some of what there is. */
export type PageInput = {
  readonly Filters?: readonly Filter[] | undefined
  readonly MaxResults?: number | undefined
  readonly NextToken?: string | undefined
}

/** What it chooses from. */
export type Choice<Row> = {
  readonly rows: readonly Row[]
  readonly filters: FilterTable<Row>
  /** Ids that were asked for; each has to be there. */
  readonly ids?: readonly string[] | undefined
  /** Returns what is thrown where some of them are not. */
  readonly notFound?: (ids: readonly string[]) => ActionError
  /** How many a page may have; nothing where the action knows no pages. */
  readonly page?: { readonly least: number; readonly most: number }
}

/** What was chosen, and where the next page begins. */
export type Page<Row> = { readonly rows: readonly Row[]; readonly NextToken?: string }

/**
 * Returns what a Describe action tells: those of the ids, that pass all filters, a page of them.
 *
 * @throws {@link ActionError} for ids that are not there, sizes of pages and tokens that are none.
 */
export function selectPage<Spec extends Tagged, Row extends Resource<Spec>>(
  { Filters = [], MaxResults, NextToken }: PageInput,
  { rows, filters, ids = [], notFound, page }: Choice<Row>,
): Page<Row> {
  assertSize(MaxResults, ids, page)
  const chosen = ids.length === 0 ? rows : pick(rows, ids, notFound)
  const isWanted = createFilter(Filters, filters, tagsOf)
  const matching = Filters.length === 0 ? chosen : chosen.filter(isWanted)
  const isWhole = MaxResults === undefined && NextToken === undefined
  if (page === undefined || isWhole) return { rows: matching }
  return cut(matching, { MaxResults: MaxResults ?? page.most, NextToken, mark: markOf(Filters) })
}

function assertSize(
  size: number | undefined,
  ids: readonly string[],
  page: Choice<never>['page'],
): void {
  if (size === undefined || page === undefined) return
  if (ids.length > 0) {
    throw invalidCombination('The parameter MaxResults cannot be used with IDs in the same request')
  }
  const { least, most } = page
  if (size >= least && size <= most) return
  throw invalidValue('MaxResults', size, `Expecting a value from ${least} to ${most}.`)
}

function pick<Row extends { readonly id: string }>(
  rows: readonly Row[],
  ids: readonly string[],
  notFound: Choice<Row>['notFound'],
): readonly Row[] {
  const wanted = new Set(ids)
  const found = rows.filter(({ id }) => wanted.has(id))
  if (found.length === wanted.size) return found
  const there = new Set(found.map(({ id }) => id))
  const missing = [...wanted].filter((id) => !there.has(id))
  if (notFound === undefined) return found
  throw notFound(missing)
}

/**
 * A page begins after a row, which may be gone by then: its place is what counts. So no two rows may have the same one, and pages go by places, however
 * rows came.
 */
function cut<Row extends { readonly id: string; readonly order: string }>(
  rows: readonly Row[],
  {
    MaxResults,
    NextToken,
    mark,
  }: { readonly MaxResults: number; readonly NextToken: string | undefined; readonly mark: string },
): Page<Row> {
  const after = NextToken === undefined ? '' : parseToken(NextToken, mark)
  const left = rows
    .filter((row) => placeOf(row) > after)
    .toSorted((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1))
  const page = left.slice(0, MaxResults)
  const last = page.at(-1)
  if (last === undefined || left.length <= MaxResults) return { rows: page }
  const token = Buffer.from(`${mark}${placeOf(last)}`).toString('base64url')
  return { rows: page, NextToken: token }
}

function placeOf({ order, id }: { readonly order: string; readonly id: string }): string {
  return `${order}/${id}`
}

const MARK_LENGTH = 8

/** Of which question a token is. */
function markOf(filters: readonly Filter[]): string {
  return createHash('sha256').update(JSON.stringify(filters)).digest('hex').slice(0, MARK_LENGTH)
}

function parseToken(token: string, mark: string): string {
  const text = Buffer.from(token, 'base64url').toString()
  if (text.startsWith(mark) && text.length > MARK_LENGTH) return text.slice(MARK_LENGTH)
  throw new ActionError('InvalidNextToken', 'The token is no token of this request.')
}
