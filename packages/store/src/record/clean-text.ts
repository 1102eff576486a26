/** Characters of a text: what is longer is cut. */
const MOST_CHARACTERS = 16_384

/** Returns a text as PostgreSQL can keep it: no NUL, no half of a surrogate pair, not too long. */
export function cleanText(text: string): string {
  const whole = text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`
  return whole.replaceAll('\0', '\u{FFFD}').toWellFormed()
}
