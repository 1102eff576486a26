import { BaseError } from '@nexqloud/kernel'

/** CPU, memory, storage, GPU, ISP. */
const CATEGORIES = 5

/** Classes of a percentile rank: 1 to 100. */
const CLASSES = 100

/** Hundredths of a QloudScore that one class of one category is worth. */
const CLASS_HUNDREDTHS = 10_000 / (CATEGORIES * CLASSES)

/** Entries of a page, found by 8 bits of a raw score; the root is 256 pages in a row, found by its upper 16 bits. */
const PAGE_ENTRIES = 2 ** 8
const ROOT_PAGES = 2 ** 8
const ROOT_ENTRIES = ROOT_PAGES * PAGE_ENTRIES

/** Pages below the root: two levels, and on each at most one page for every place where the class changes. */
const LOWER_PAGES = 2 * (CLASSES - 1)

/** Raw scores that are not five columns of one length. */
export class InvalidRawScoresError extends BaseError {
  constructor(lengths: readonly number[]) {
    super(`Raw scores of ${lengths.length} categories with [${lengths.join(', ')}] devices.`, {
      code: 'RULES_RAW_SCORES_INVALID',
      kind: 'invalid',
      hint: `Pass ${CATEGORIES} categories with the same devices in the same order.`,
    })
  }
}

/**
 * Returns the devices' QloudScores in hundredths, 100 to 10,000: 20 × Σ max(1, ⌈100 × lower ÷ N⌉) over the categories,
 * `lower` being how many of the N devices have a strictly lower raw score in it. Exact; O(N) whatever the scores are.
 *
 * @param raw Five columns (CPU, memory, storage, GPU, ISP), each with one raw score a device, in one order of devices.
 * @throws {@link InvalidRawScoresError} where there are not five, or not all of one length.
 */
export function qloudScores(raw: readonly Uint32Array[]): Uint16Array {
  const devices = raw[0]?.length ?? 0
  if (raw.length !== CATEGORIES || raw.some((column) => column.length !== devices)) {
    throw new InvalidRawScoresError(raw.map((column) => column.length))
  }
  const scores = new Uint16Array(devices)
  for (const column of raw) addClasses(scores, column, createClassTable(column))
  return scores
}

/**
 * Classes by raw score. An entry up to 100 is a class; above, it is the page in which the score's next 8 bits go on. A
 * sort would find the order of all scores, where only the 99 places matter at which the class changes: so only entries
 * whose scores lie around such a place have a page.
 */
type ClassTable = Uint16Array

/** A table that is being made, level by level. */
type Draft = {
  readonly entries: ClassTable
  /** How many scores fall into each entry. */
  readonly counts: Uint32Array
  /** For each page below the root, how many scores are lower than all that fall into it. */
  readonly lowerThanPage: number[]
  readonly devices: number
}

function createClassTable(column: Uint32Array): ClassTable {
  const size = ROOT_ENTRIES + LOWER_PAGES * PAGE_ENTRIES
  const draft: Draft = {
    entries: new Uint16Array(size),
    counts: new Uint32Array(size),
    lowerThanPage: [],
    devices: column.length,
  }
  countRoot(draft, column)
  classify(draft, { from: 0, to: ROOT_ENTRIES, lower: 0, isExact: false })
  const middlePages = draft.lowerThanPage.length
  if (middlePages > 0) countMiddle(draft, column)
  classifyPages(draft, { first: 0, isExact: false })
  const hasLastPages = draft.lowerThanPage.length > middlePages
  if (hasLastPages) countLast(draft, column)
  classifyPages(draft, { first: middlePages, isExact: true })
  return draft.entries
}

/** Scores that fall into an entry are equal where the level `isExact`: they have one class. */
type Level = { readonly first: number; readonly isExact: boolean }

function classifyPages(draft: Draft, { first, isExact }: Level): void {
  draft.lowerThanPage.slice(first).forEach((lower, index) => {
    const from = ROOT_ENTRIES + (first + index) * PAGE_ENTRIES
    classify(draft, { from, to: from + PAGE_ENTRIES, lower, isExact })
  })
}

/** Entries in a row: `from` up to, not with, `to`; `lower` scores are lower than all that fall into them. */
type Range = {
  readonly from: number
  readonly to: number
  readonly lower: number
  readonly isExact: boolean
}

/** Gives each entry the class that all its scores have, or a page. */
function classify({ entries, counts, lowerThanPage, devices }: Draft, range: Range): void {
  let lower = range.lower
  for (let index = range.from; index < range.to; index += 1) {
    const count = counts[index]!
    if (count === 0) continue
    const least = classOf(lower, devices)
    if (range.isExact || classOf(lower + count - 1, devices) === least) {
      entries[index] = least
    } else {
      entries[index] = ROOT_PAGES + lowerThanPage.length
      lowerThanPage.push(lower)
    }
    lower += count
  }
}

/** `lower` counts devices, so its hundredfold is far from 2⁵³ and the quotient's ceiling is exact. */
function classOf(lower: number, devices: number): number {
  return Math.max(1, Math.ceil((CLASSES * lower) / devices))
}

function countRoot({ counts }: Draft, column: Uint32Array): void {
  for (let device = 0; device < column.length; device += 1) {
    counts[column[device]! >>> 16]! += 1
  }
}

function countMiddle({ entries, counts }: Draft, column: Uint32Array): void {
  for (let device = 0; device < column.length; device += 1) {
    const raw = column[device]!
    const entry = entries[raw >>> 16]!
    if (entry > CLASSES) counts[entryOf(entry, raw >>> 8)]! += 1
  }
}

function countLast({ entries, counts }: Draft, column: Uint32Array): void {
  for (let device = 0; device < column.length; device += 1) {
    const raw = column[device]!
    const middlePage = entries[raw >>> 16]!
    if (middlePage <= CLASSES) continue
    const entry = entries[entryOf(middlePage, raw >>> 8)]!
    if (entry > CLASSES) counts[entryOf(entry, raw)]! += 1
  }
}

function addClasses(scores: Uint16Array, column: Uint32Array, entries: ClassTable): void {
  for (let device = 0; device < column.length; device += 1) {
    const raw = column[device]!
    let entry = entries[raw >>> 16]!
    if (entry > CLASSES) entry = entries[entryOf(entry, raw >>> 8)]!
    if (entry > CLASSES) entry = entries[entryOf(entry, raw)]!
    scores[device]! += CLASS_HUNDREDTHS * entry
  }
}

/** Returns the entry of a page that the low 8 bits of `digits` name. */
function entryOf(page: number, digits: number): number {
  return (page << 8) | (digits & 0xff)
}
