/** What SFTP tells of a file. */
export type Attributes = {
  readonly size: number | undefined
  readonly owner: { readonly uid: number; readonly gid: number } | undefined
  /** Its type and permissions, as `st_mode` has them. */
  readonly mode: number | undefined
  /** Seconds since 1970. */
  readonly times: { readonly accessed: number; readonly modified: number } | undefined
}

/** What `stat -c` is asked for: {@link parseAttributes} reads it. */
export const STAT_FORMAT = '%f %s %u %g %X %Y'

const LINE = /^([0-9a-f]+) (\d+) (\d+) (\d+) (-?\d+) (-?\d+)$/
const MOST = 0xff_ff_ff_ff

/** Returns what `stat` said; nothing where it said something else. */
export function parseAttributes(line: string): Attributes | undefined {
  const [, mode = '', ...numbers] = LINE.exec(line) ?? []
  if (mode === '') return undefined
  const [size = 0, uid = 0, gid = 0, accessed = 0, modified = 0] = numbers.map((text) =>
    Math.max(0, Number(text)),
  )
  const bounded = (value: number): number => Math.min(value, MOST)
  return {
    size,
    owner: { uid: bounded(uid), gid: bounded(gid) },
    mode: bounded(Number.parseInt(mode, 16)),
    times: { accessed: bounded(accessed), modified: bounded(modified) },
  }
}

const TYPE_BITS = 0o170000
const types: Readonly<Record<number, string>> = {
  0o040000: 'd',
  0o120000: 'l',
  0o100000: '-',
  0o020000: 'c',
  0o060000: 'b',
  0o010000: 'p',
  0o140000: 's',
}

/** Returns a line as `ls -l` has it, which clients show as it is. */
export function describeFile(name: string, { size, owner, mode = 0, times }: Attributes): string {
  const type = types[mode & TYPE_BITS] ?? '?'
  const rights = [6, 3, 0].map((shift) =>
    ['r', 'w', 'x'].map((letter, bit) => ((mode >> shift) & (4 >> bit) ? letter : '-')).join(''),
  )
  const date = new Date((times?.modified ?? 0) * 1000).toISOString().slice(0, 16).replace('T', ' ')
  const columns = [`${type}${rights.join('')}`, 1, owner?.uid ?? 0, owner?.gid ?? 0, size ?? 0]
  return `${columns.join(' ')} ${date} ${name}`
}
