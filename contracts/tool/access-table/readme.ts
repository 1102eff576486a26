const start = '<!-- access table: written by tool/access-table/main.ts -->'
const end = '<!-- end of the access table -->'

/** The README has no place for the tables. */
export class MarkersMissingError extends Error {
  readonly code = 'README_MARKERS_MISSING'
}

/** `readme` with `tables` between its two markers. */
export function replaceTables(readme: string, tables: string): string {
  const [from, to] = [readme.indexOf(start), readme.indexOf(end)]
  if (from < 0 || to < from) {
    throw new MarkersMissingError(`The README needs the lines ${start} and ${end}.`)
  }
  return `${readme.slice(0, from + start.length)}\n\n${tables}\n\n${readme.slice(to)}`
}
