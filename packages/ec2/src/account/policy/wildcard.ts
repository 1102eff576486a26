import type { Spend } from '../../filter/step-budget.ts'

/** What a place of a pattern takes: any text, any one character, or the character that it is. */
type Token = { readonly any: 'text' | 'character' } | string

/** A pattern of a policy, its variables put in. */
export type WildcardPattern = readonly Token[]

/** Returns the value of a policy variable, e.g. of `aws:username`; nothing where it has none here. */
export type ReadVariable = (name: string) => string | undefined

/**
 * Returns a pattern; nothing where a variable of it has no value, as such a pattern matches nothing. What a variable says is taken by its letters.
 */
export function parseWildcard(
  pattern: string,
  readVariable?: ReadVariable,
): WildcardPattern | undefined {
  const tokens: Token[] = []
  for (let at = 0; at < pattern.length; at += 1) {
    const end = pattern.startsWith('${', at) ? pattern.indexOf('}', at) : -1
    if (readVariable !== undefined && end > 0) {
      const value = variableOf(pattern.slice(at + 2, end), readVariable)
      if (value === undefined) return undefined
      tokens.push(...value.split(''))
      at = end
    } else {
      tokens.push(tokenOf(pattern.charAt(at)))
    }
  }
  return tokens
}

function variableOf(name: string, read: ReadVariable): string | undefined {
  return name === '*' || name === '?' || name === '$' ? name : read(name)
}

function tokenOf(character: string): Token {
  if (character === '*') return { any: 'text' }
  return character === '?' ? { any: 'character' } : character
}

/** Whether all of a text is what a pattern says. It takes at most as many steps as one is long times the other. */
export function matchesWildcard(
  pattern: WildcardPattern,
  text: string,
  spend: Spend = () => {},
): boolean {
  let [at, place, steps] = [0, 0, 0]
  let [star, resume] = [-1, 0]
  while (at < text.length) {
    steps += 1
    const token = pattern[place]
    if (typeof token === 'object' && token.any === 'text') {
      star = place
      resume = at
      place += 1
    } else if (token !== undefined && (typeof token === 'object' || token === text.charAt(at))) {
      at += 1
      place += 1
    } else if (star >= 0) {
      resume += 1
      at = resume
      place = star + 1
    } else {
      spend(steps)
      return false
    }
  }
  spend(steps)
  return pattern.slice(place).every((token) => typeof token === 'object' && token.any === 'text')
}
