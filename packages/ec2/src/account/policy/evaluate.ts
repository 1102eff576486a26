import type { Spend } from '../../filter/step-budget.ts'
import { holds, type ConditionContext, type Holding, type Reading } from './condition.ts'
import type { Choice, Policy, Statement } from './policy.ts'
import {
  matchesWildcard,
  parseWildcard,
  type ReadVariable,
  type WildcardPattern,
} from './wildcard.ts'

/** What somebody wants to do. */
export type Access = {
  /** E.g. `ec2:RunInstances`. */
  readonly action: string
  /** An ARN; `*` where the action is about nothing that has one. */
  readonly resource: string
  readonly context: ConditionContext
  /** It throws where all that is judged together takes too long. */
  readonly spend?: Spend
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
    const reading = { readVariable, spend: access.spend ?? (() => {}) }
    for (const statement of statements) {
      if (!counts(statement, access, reading)) continue
      if (statement.effect === 'Deny') return 'explicitDeny'
      verdict = 'allow'
    }
  }
  return verdict
}

function counts(
  { effect, actions, resources, conditions }: Statement,
  { action, resource, context }: Access,
  reading: Reading,
): boolean {
  const { readVariable, spend } = reading
  const isChosen = ({ isNot }: Choice, each: Patterns, text: string): boolean =>
    each.some((one) => one !== undefined && matchesWildcard(one, text, spend)) !== isNot
  // Names of actions have no case, and no variables.
  if (!isChosen(actions, patternsOf(actions, undefined, lower), lower(action))) return false
  if (resources === undefined) return false
  const patterns = patternsOf(resources, readVariable)
  if (!isChosen(resources, patterns, resource)) return false
  // All but what nobody knows would be everything.
  const isUnclear = resources.isNot && patterns.includes(undefined)
  if (isUnclear && effect === 'Allow') return false
  const unknownCounts: Holding = effect === 'Deny' ? 'unknown' : true
  return conditions.every((condition) => {
    const holding = holds(condition, context, reading)
    return holding === true || holding === unknownCounts
  })
}

type Patterns = readonly (WildcardPattern | undefined)[]

const lower = (text: string): string => text.toLowerCase()

/** A call may be about thousands of resources: what has no variables is read once. */
const parsed = new WeakMap<Choice, Patterns>()

function patternsOf(
  choice: Choice,
  readVariable: ReadVariable | undefined,
  written: (pattern: string) => string = (pattern) => pattern,
): Patterns {
  const isFixed = readVariable === undefined || !choice.patterns.some((each) => each.includes('${'))
  const known = isFixed ? parsed.get(choice) : undefined
  if (known !== undefined) return known
  const made = choice.patterns.map((pattern) => parseWildcard(written(pattern), readVariable))
  if (isFixed) parsed.set(choice, made)
  return made
}

/** Keys with one value may stand in patterns. */
function variablesOf(context: ConditionContext): ReadVariable {
  return (name) => {
    const values = context.get(name.toLowerCase()) ?? []
    return values.length === 1 ? values[0] : undefined
  }
}
