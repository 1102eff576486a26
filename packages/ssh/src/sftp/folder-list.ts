import { parseAttributes, type Attributes } from './attributes.ts'
import { SftpError } from './sftp-error.ts'

/** What a folder has. */
export type Entry = { readonly name: string; readonly attributes: Attributes }

const MOST_ENTRIES = 20_000

/** Throws {@link SftpError} where a folder has more entries than are listed. */
export function assertListable(output: Buffer): void {
  let entries = 0
  for (let at = output.indexOf('/\n'); at >= 0; at = output.indexOf('/\n', at + 2)) entries += 1
  if (entries <= MOST_ENTRIES) return
  const message = `The folder has ${entries} entries: no more than ${MOST_ENTRIES} are listed.`
  throw new SftpError('failure', message)
}

/** What stands before an entry is nothing but numbers: a line of anything else is passed over in one go, not tried from each of its characters. */
const ENTRY = /^([0-9a-f]+(?: -?\d+){5}) (\.(?:\/[^/]+)?)\/(?:\n|(?![\s\S]))/gm

/**
 * Reads what `listScript` says, as far as somebody asks for it.
 *
 * @yields each entry.
 */
export function* parseList(output: string): Generator<Entry, undefined> {
  for (const [, line = '', dotted = ''] of output.matchAll(ENTRY)) {
    const attributes = parseAttributes(line)
    if (attributes === undefined) continue
    yield { name: dotted === '.' ? '.' : dotted.slice(2), attributes }
  }
  return undefined
}
