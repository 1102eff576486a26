import type { Spend } from './step-budget.ts'

/** Whether a text, character by character, is what a filter's value says: `*` is any text, `?` any one character, and `\` takes the next one as it is. */
export type Pattern = (text: readonly string[]) => boolean

/** Whether a filter's value is what it says, letter by letter. */
export function isPlain(value: string): boolean {
  return !/[*?\\]/.test(value)
}

/**
 * Returns what a filter's value matches. It takes at most as many steps as a text is long for each character of the value.
 *
 * @param spend - Told of each text how many steps it took.
 */
export function parsePattern(value: string, spend: Spend = () => {}): Pattern {
  const parts = partsOf(value)
  return (text) => matches(parts, text, spend)
}

/** Any text, any character, or this one. */
type Part = 'many' | 'one' | { readonly is: string }

function partsOf(value: string): readonly Part[] {
  const parts: Part[] = []
  const characters = Array.from(value)
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? ''
    const next = characters[at + 1]
    if (character === '\\' && next !== undefined) {
      parts.push({ is: next })
      at += 1
    } else if (character === '*') {
      if (parts.at(-1) !== 'many') parts.push('many')
    } else {
      parts.push(character === '?' ? 'one' : { is: character })
    }
  }
  return parts
}

/** After a mismatch the last `*` takes one character more: those before it are settled (Krauss 2008). */
function matches(parts: readonly Part[], text: readonly string[], spend: Spend): boolean {
  let [part, at, steps] = [0, 0, 0]
  let resume: { readonly part: number; at: number } | undefined
  while (at < text.length) {
    steps += 1
    const wanted = parts[part]
    if (wanted === 'many') {
      if (part === parts.length - 1) break
      resume = { part: part + 1, at }
      part += 1
    } else if (wanted === 'one' || (wanted !== undefined && wanted.is === text[at])) {
      part += 1
      at += 1
    } else if (resume !== undefined) {
      resume.at += 1
      part = resume.part
      at = resume.at
    } else {
      spend(steps)
      return false
    }
  }
  spend(steps)
  // What ends in any text takes all that is left.
  return parts.slice(part).every((rest) => rest === 'many')
}
