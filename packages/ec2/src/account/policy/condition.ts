import { BlockList, isIP } from 'node:net'

import type { Spend } from '../../filter/step-budget.ts'
import type { Condition } from './policy.ts'
import { matchesWildcard, parseWildcard, type ReadVariable } from './wildcard.ts'

/** What is known of a request: values by the names of their keys, in lower case. */
export type ConditionContext = ReadonlyMap<string, readonly string[]>

/** Whether a condition holds; `unknown` where its operator is none that is known here. */
export type Holding = boolean | 'unknown'

/** What patterns are read with, and what is told of how long that takes. */
export type Reading = {
  readonly readVariable: ReadVariable | undefined
  readonly spend: Spend
}

/** Returns whether a condition holds. Source: IAM's user guide, condition operators and set operators. */
export function holds(
  { operator, key, values }: Condition,
  context: ConditionContext,
  reading: Reading,
): Holding {
  const { readVariable } = reading
  const { set, name, isIfExists } = parseOperator(operator)
  const own = context.get(key.toLowerCase()) ?? []
  if (name === 'Null') return values.some((value) => (value === 'true') === (own.length === 0))
  const found = operators.get(name)
  if (found === undefined) return 'unknown'
  const { matches, isNegated } = found
  // Being other than what nobody knows is not known either.
  if (isNegated && values.some((value) => parseWildcard(value, readVariable) === undefined)) {
    return 'unknown'
  }
  const satisfies = (text: string): boolean =>
    values.some((value) => matches(value, text, reading)) !== isNegated
  const isPlainNot = set === '' && isNegated
  if (own.length === 0) return isIfExists || set === 'ForAllValues' || isPlainNot
  return set === 'ForAllValues' || isPlainNot ? own.every(satisfies) : own.some(satisfies)
}

/** Whether an operator is one that is known here, as it is written in a policy. */
export function isOperator(operator: string): boolean {
  const { name } = parseOperator(operator)
  return name === 'Null' || operators.has(name)
}

function parseOperator(operator: string): {
  readonly set: string
  readonly name: string
  readonly isIfExists: boolean
} {
  const [, set = '', name = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(operator) ?? []
  return { set, name, isIfExists: ifExists !== undefined }
}

type Matches = (value: string, text: string, reading: Reading) => boolean
type Operator = { readonly matches: Matches; readonly isNegated: boolean }

const like: Matches = (value, text, { readVariable, spend }) => {
  const pattern = parseWildcard(value, readVariable)
  spend(pattern?.length ?? value.length)
  return pattern !== undefined && matchesWildcard(pattern, text, spend)
}
const equals: Matches = (value, text, { readVariable }) => fill(value, readVariable) === text
const equalsAnyCase: Matches = (value, text, { readVariable }) =>
  fill(value, readVariable)?.toLowerCase() === text.toLowerCase()
const isTrue: Matches = (value, text) => value.toLowerCase() === text.toLowerCase()
const isWithin: Matches = (value, text) => {
  const [network = '', bits] = value.split('/')
  const family = familyOf(network)
  if (family === undefined || familyOf(text) !== family) return false
  const most = family === 'ipv4' ? 32 : 128
  const length = bits === undefined ? most : Number(bits)
  if (!Number.isInteger(length) || length < 0 || length > most) return false
  const list = new BlockList()
  list.addSubnet(network, length, family)
  return list.check(text, family)
}

/** An ARN's parts are compared one by one: a star in one of the first five does not reach into the next. */
const arnLike: Matches = (value, text, reading) => {
  const [wanted, own] = [value.split(':'), text.split(':')]
  if (wanted.length < 6 || own.length < 6) return false
  const parts = [...wanted.slice(0, 5), wanted.slice(5).join(':')]
  const texts = [...own.slice(0, 5), own.slice(5).join(':')]
  return parts.every((part, index) => like(part, texts[index] ?? '', reading))
}

const numeric = (compare: (left: number, right: number) => boolean): Matches =>
  compared((text) => (text.trim() === '' ? Number.NaN : Number(text)), compare)
const dated = (compare: (left: number, right: number) => boolean): Matches =>
  compared((text) => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text)), compare)

function compared(
  read: (text: string) => number,
  compare: (left: number, right: number) => boolean,
): Matches {
  return (value, text) => {
    const [wanted, own] = [read(value), read(text)]
    return !Number.isNaN(wanted) && !Number.isNaN(own) && compare(own, wanted)
  }
}

function both(name: string, not: string, matches: Matches): Readonly<Record<string, Operator>> {
  return { [name]: { matches, isNegated: false }, [not]: { matches, isNegated: true } }
}

function orders(
  kind: 'Numeric' | 'Date',
  of: (compare: (left: number, right: number) => boolean) => Matches,
): Readonly<Record<string, Operator>> {
  const plain = (matches: Matches): Operator => ({ matches, isNegated: false })
  return {
    ...both(
      `${kind}Equals`,
      `${kind}NotEquals`,
      of((left, right) => left === right),
    ),
    [`${kind}LessThan`]: plain(of((left, right) => left < right)),
    [`${kind}LessThanEquals`]: plain(of((left, right) => left <= right)),
    [`${kind}GreaterThan`]: plain(of((left, right) => left > right)),
    [`${kind}GreaterThanEquals`]: plain(of((left, right) => left >= right)),
  }
}

const operators: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    ...both('StringEquals', 'StringNotEquals', equals),
    ...both('StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', equalsAnyCase),
    ...both('StringLike', 'StringNotLike', like),
    ...both('ArnLike', 'ArnNotLike', arnLike),
    ...both('ArnEquals', 'ArnNotEquals', arnLike),
    ...both('IpAddress', 'NotIpAddress', isWithin),
    ...orders('Numeric', numeric),
    ...orders('Date', dated),
    Bool: { matches: isTrue, isNegated: false },
  }),
)

/** A text with its variables put in; stars stay what they are. */
function fill(value: string, readVariable: ReadVariable | undefined): string | undefined {
  if (readVariable === undefined) return value
  let isWhole = true
  const filled = value.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    if (name === '*' || name === '?' || name === '$') return name
    const found = readVariable(name)
    if (found === undefined) isWhole = false
    return found ?? ''
  })
  return isWhole ? filled : undefined
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const family = isIP(address)
  if (family === 4) return 'ipv4'
  return family === 6 ? 'ipv6' : undefined
}
