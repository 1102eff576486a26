/** Characters that decide about depth; all others are looked over. */
const character = {
  quote: 0x22,
  backslash: 0x5c,
  openBracket: 0x5b,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const

/**
 * Returns whether a JSON text is nested deeper than so many levels. `JSON.parse` takes seconds for some megabytes of
 * brackets, and a scan milliseconds.
 */
export function isNestedDeeper(text: string, levels: number): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === character.quote) at = endOfString(text, at)
    else if (code === character.openBracket || code === character.openBrace) depth += 1
    else if (code === character.closeBracket || code === character.closeBrace) depth -= 1
    if (depth > levels) return true
  }
  return false
}

/** Returns where the string ends that begins at `start`: at a quote after an even number of backslashes. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let escapes = 0
    while (text.charCodeAt(at - 1 - escapes) === character.backslash) escapes += 1
    if (escapes % 2 === 0) return at
  }
  return text.length
}
