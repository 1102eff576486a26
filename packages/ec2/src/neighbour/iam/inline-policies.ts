import type { InlinePolicy } from '../../account/kinds.ts'
import { isOperator } from '../../account/policy/condition.ts'
import { parsePolicy, type Policy } from '../../account/policy/policy.ts'
import { ActionError } from '../../action/errors.ts'
import { encodeUri } from '../../auth/canonical.ts'
import { noSuchEntity, parseName } from './name.ts'

/** Whose policies, and how long all of them may be together: without white space. Source: IAM's user guide, quotas. */
export type PolicyOwner = {
  readonly type: 'user' | 'role'
  readonly name: string
  readonly mostCharacters: number
}

/**
 * Returns policies with one put among them, or over the one of its name.
 *
 * @throws {@link ActionError} where it is no policy, or they are too long together.
 */
export function withPolicy(
  policies: readonly InlinePolicy[],
  { PolicyName: name, PolicyDocument = '' }: Partial<InlinePolicy>,
  { type, name: owner, mostCharacters }: PolicyOwner,
): readonly InlinePolicy[] {
  const PolicyName = parseName('PolicyName', name)
  const all = [
    ...policies.filter((each) => each.PolicyName !== PolicyName),
    { PolicyName, PolicyDocument },
  ]
  const length = all.reduce((sum, each) => sum + each.PolicyDocument.replace(/\s/g, '').length, 0)
  if (length > mostCharacters) {
    throw new ActionError(
      'LimitExceeded',
      `Maximum policy size of ${mostCharacters} bytes exceeded for ${type} ${owner}`,
    )
  }
  assertKnown(parsePolicy(PolicyDocument))
  return all
}

/** Nobody is to believe in a condition that is none. */
function assertKnown({ statements }: Policy): void {
  const all = statements.flatMap(({ conditions }) => conditions)
  const stranger = all.find(({ operator }) => !isOperator(operator))
  if (stranger === undefined) return
  throw new ActionError(
    'MalformedPolicyDocument',
    `Invalid Condition type : ${stranger.operator.slice(0, 100)}`,
  )
}

/** Returns the policy of a name. @throws {@link ActionError} `NoSuchEntity` where there is none. */
export function policyNamed(
  policies: readonly InlinePolicy[],
  name: string | undefined,
  type: PolicyOwner['type'],
): InlinePolicy {
  const found = policies.find(({ PolicyName }) => PolicyName === name)
  if (found !== undefined) return found
  throw noSuchEntity(`The ${type} policy with name ${name} cannot be found.`)
}

/** Returns a document as IAM tells it (RFC 3986): its clients decode it. */
export function tellDocument(document: string): string {
  return encodeUri(document)
}
