import { ActionError } from '../../action/errors.ts'

/** Some texts, or all others. */
export type Choice = { readonly patterns: readonly string[]; readonly isNot: boolean }

/** What has to be so for a statement to count. */
export type Condition = {
  /** As it is written, e.g. `ForAllValues:StringLikeIfExists`. */
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
}

export type Statement = {
  readonly effect: 'Allow' | 'Deny'
  readonly actions: Choice
  /** Of a role's trust there is none. */
  readonly resources: Choice | undefined
  readonly conditions: readonly Condition[]
}

/** A policy as AWS writes it, read. */
export type Policy = {
  /** Of 2012-10-17: variables count. */
  readonly hasVariables: boolean
  readonly statements: readonly Statement[]
}

/** What a policy is for: what somebody may do, or who may become a role. */
export type PolicyUse = 'identity' | 'trust'

/**
 * Returns a policy.
 *
 * @throws {@link ActionError} `MalformedPolicyDocument` where it is none: source, the grammar of IAM's policies.
 */
export function parsePolicy(text: string, use: PolicyUse = 'identity'): Policy {
  const { Version = '2008-10-17', Statement, ...rest } = asRecord(parseJson(text), 'The policy')
  assertOnly(rest, ['Id'], 'The policy')
  if (Version !== '2012-10-17' && Version !== '2008-10-17') {
    throw malformed('The policy must contain a valid version string')
  }
  const statements = Array.isArray(Statement) ? (Statement as readonly unknown[]) : [Statement]
  if (statements.length === 0) throw malformed('A policy needs a statement')
  return {
    hasVariables: Version === '2012-10-17',
    statements: statements.map((each) => parseStatement(asRecord(each, 'A statement'), use)),
  }
}

type Raw = Readonly<Record<string, unknown>>

const KNOWN = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']

function parseStatement(raw: Raw, use: PolicyUse): Statement {
  assertOnly(raw, use === 'trust' ? [...KNOWN, 'Principal'] : KNOWN, 'A statement')
  const { Effect, Condition, Principal } = raw
  if (Effect !== 'Allow' && Effect !== 'Deny') throw malformed('Effect is Allow or Deny')
  const actions = parseActions(raw)
  if (use === 'trust' && Principal === undefined) {
    throw malformed('AssumeRole policy must contain a principal')
  }
  return {
    effect: Effect,
    actions,
    resources: parseResources(raw, use),
    conditions: Condition === undefined ? [] : conditionsOf(asRecord(Condition, 'Condition')),
  }
}

function parseActions(raw: Raw): Choice {
  const actions = choiceOf(raw, 'Action')
  if (actions === undefined) throw malformed('Policy statement must contain actions.')
  const isAction = /^(\*|[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+)$/
  if (actions.patterns.every((pattern) => isAction.test(pattern))) return actions
  throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.')
}

/** A role's trust is about the role. */
function parseResources(raw: Raw, use: PolicyUse): Choice | undefined {
  const resources = choiceOf(raw, 'Resource')
  if (use === 'trust') {
    if (resources === undefined) return undefined
    throw malformed('Has prohibited field Resource')
  }
  if (resources === undefined) throw malformed('Policy statement must contain resources.')
  const stranger = resources.patterns.find((pattern) => !/^(\*$|arn:)/.test(pattern))
  if (stranger === undefined) return resources
  throw malformed(`Resource ${stranger.slice(0, 200)} must be in ARN format or "*".`)
}

function choiceOf(raw: Raw, name: 'Action' | 'Resource'): Choice | undefined {
  const [own, not] = [raw[name], raw[`Not${name}`]]
  if (own !== undefined && not !== undefined) {
    throw malformed(`A statement has ${name} or Not${name}, not both`)
  }
  const given = own ?? not
  if (given === undefined) return undefined
  return { patterns: textsOf(given, name), isNot: own === undefined }
}

function conditionsOf(raw: Raw): readonly Condition[] {
  return Object.entries(raw).flatMap(([operator, keys]) =>
    Object.entries(asRecord(keys, operator)).map(([key, given]) => ({
      operator,
      key,
      values: valuesOf(given, key),
    })),
  )
}

function textsOf(given: unknown, name: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (list.length === 0) throw malformed(`${name} is empty`)
  return list.map((each) => {
    if (typeof each !== 'string' || each === '') throw malformed(`${name} is a text, or several`)
    return each
  })
}

function valuesOf(given: unknown, key: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  return list.map((each) => {
    if (typeof each === 'string') return each
    if (typeof each === 'number' || typeof each === 'boolean') return String(each)
    throw malformed(`${key} has no such value`)
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw malformed('This policy contains invalid Json')
  }
}

function asRecord(given: unknown, what: string): Raw {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given as Raw
  throw malformed(`${what} is no object`)
}

function assertOnly(raw: Raw, known: readonly string[], what: string): void {
  const stranger = Object.keys(raw).find((name) => !known.includes(name))
  if (stranger !== undefined) throw malformed(`${what} cannot have ${stranger.slice(0, 100)}`)
}

function malformed(message: string): ActionError {
  return new ActionError('MalformedPolicyDocument', message)
}
