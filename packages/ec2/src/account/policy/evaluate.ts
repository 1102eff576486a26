import { holds, type ConditionContext, type Holding } from './condition.ts'
import type { Choice, Policy, Statement } from './policy.ts'
import { matchesWildcard, parseWildcard, type ReadVariable } from './wildcard.ts'

/** What somebody wants to do. */
export type Access = {
  /** E.g. `ec2:RunInstances`. */
  readonly action: string
  /** An ARN; `*` where the action is about nothing that has one. */
  readonly resource: string
  readonly context: ConditionContext
}

/** What policies say: `implicitDeny` where none says anything. */
export type Verdict = 'allow' | 'explicitDeny' | 'implicitDeny'

/**
 * Returns what policies say of an access: one statement that denies outweighs all that allow. A condition that nobody here knows never lets
 * anything through: it does not hold where a statement allows, and does where one denies.
 */
export function evaluate(policies: readonly Policy[], access: Access): Verdict {
  let verdict: Verdict = 'implicitDeny'
  for (const { hasVariables, statements } of policies) {
    const readVariable = hasVariables ? variablesOf(access.context) : undefined
    for (const statement of statements) {
      if (!counts(statement, access, readVariable)) continue
      if (statement.effect === 'Deny') return 'explicitDeny'
      verdict = 'allow'
    }
  }
  return verdict
}

function counts(
  { effect, actions, resources, conditions }: Statement,
  { action, resource, context }: Access,
  readVariable: ReadVariable | undefined,
): boolean {
  // Names of actions have no case, and no variables.
  const isAction = (pattern: string): boolean =>
    isMatch(pattern.toLowerCase(), action.toLowerCase(), undefined)
  const isResource = (pattern: string): boolean => isMatch(pattern, resource, readVariable)
  if (!isChosen(actions, isAction)) return false
  if (resources === undefined || !isChosen(resources, isResource)) return false
  // All but what nobody knows would be everything.
  const isUnclear = resources.isNot && resources.patterns.some(isOpen(readVariable))
  if (isUnclear && effect === 'Allow') return false
  const unknownCounts: Holding = effect === 'Deny' ? 'unknown' : true
  return conditions.every((condition) => {
    const holding = holds(condition, context, readVariable)
    return holding === true || holding === unknownCounts
  })
}

function isChosen({ patterns, isNot }: Choice, matches: (pattern: string) => boolean): boolean {
  return patterns.some(matches) !== isNot
}

function isMatch(pattern: string, text: string, readVariable: ReadVariable | undefined): boolean {
  const parsed = parseWildcard(pattern, readVariable)
  return parsed !== undefined && matchesWildcard(parsed, text)
}

function isOpen(readVariable: ReadVariable | undefined): (pattern: string) => boolean {
  return (pattern) => parseWildcard(pattern, readVariable) === undefined
}

/** Keys with one value may stand in patterns. */
function variablesOf(context: ConditionContext): ReadVariable {
  return (name) => {
    const values = context.get(name.toLowerCase()) ?? []
    return values.length === 1 ? values[0] : undefined
  }
}
