import { stripVTControlCharacters } from 'node:util'

/** Control characters of ASCII and of ISO 6429 but for the end of a line and the tabulator, and what turns the direction of text or breaks its lines in Unicode. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const control = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200E\u200F\u2028-\u202E\u2066-\u2069]/g

/** Returns text as one line: what others say of themselves is no line of ours. */
export function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ')
}

/**
 * Returns text that a terminal only shows: what is printed of files, and of what others answered, must not move the cursor or
 * name the window. Sequences of control go, single characters are shown as `\u0007`.
 */
export function toPrintable(text: string): string {
  return stripVTControlCharacters(text).replaceAll(
    control,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  )
}
