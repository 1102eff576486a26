import { plainAddressOf, type Clock } from '@nexqloud/kernel'

import { ActionError } from '../action/errors.ts'
import type { Call } from '../door/dispatcher.ts'
import { createStepBudget } from '../filter/step-budget.ts'
import type { ResourceView } from '../resource/resource-view.ts'
import { askedLaunch } from './asked-launch.ts'
import type { InlinePolicy } from './kinds.ts'
import { neededAccess, type Need } from './needed-access.ts'
import type { ConditionContext } from './policy/condition.ts'
import { evaluate, type Verdict } from './policy/evaluate.ts'
import { parsePolicy, type Policy } from './policy/policy.ts'
import { principalOf, type Principal } from './principal.ts'
import { requestTags } from './request-tags.ts'

/**
 * Returns what lets a call through, or refuses it: an account's root may do everything, anybody else what policies say, for each resource that the
 * call is about. It throws an {@link ActionError} `UnauthorizedOperation`.
 */
export function createAuthorize(parts: {
  readonly view: ResourceView
  readonly clock: Pick<Clock, 'wallMs'>
}): (call: Call) => void {
  const { view, clock } = parts
  return (said) => {
    const { caller, service, action } = said
    const principal = principalOf(view, caller)
    if (principal === undefined || isBarred(said)) {
      const need = { action: `${service}:${action}`, resource: '*' }
      throw refusal({ service, arn: caller.arn }, need, 'implicitDeny')
    }
    if (principal.policies === 'all') return
    const call = askedLaunch(said, view)
    const policies = principal.policies.map(policyOf)
    const base = contextOf(call, principal, clock.wallMs())
    const tags = requestTags(call.input)
    assertJudged([...base.values(), Object.entries(tags).flat()].flat())
    const needs = neededAccess(call, view)
    assertJudged(needs.map(({ resource }) => resource))
    const spend = createStepBudget(MOST_STEPS, tooLong)
    for (const need of needs) {
      const { action: needed, resource } = need
      const context = new Map([
        ...base,
        ...requestContext(need.asked ?? tags),
        ...tagContext('ResourceTag', need.tags ?? {}),
      ])
      const verdict = evaluate(policies, { action: needed, resource, context, spend })
      if (verdict !== 'allow') throw refusal({ service, arn: principal.arn }, need, verdict)
    }
  }
}

/** No ARN, tag or type is longer, and no request has more of them. Source: IAM's user guide, quotas. */
const [MOST_CHARACTERS, MOST_TEXTS] = [2048, 1000]

/** All patterns of a request together: a tenth of a second or so. A hundred ARNs for each of a thousand instances take half of it. */
const MOST_STEPS = 20_000_000

function tooLong(): ActionError {
  return new ActionError(
    'InvalidParameterValue',
    'What policies say of so many resources takes too long to be judged: ask for fewer at once.',
  )
}

/** A pattern takes as many steps as it is long for each character: what could be nobody's is not looked through. */
function assertJudged(texts: readonly string[]): void {
  const isJudged = texts.every(({ length }) => length <= MOST_CHARACTERS)
  if (isJudged && texts.length <= MOST_TEXTS) return
  throw new ActionError(
    'InvalidParameterValue',
    `A request names ${MOST_TEXTS} things at most, each by ${MOST_CHARACTERS} characters.`,
  )
}

/**
 * Whether it is no matter of policies: no temporary key gets another one, which would make it last; and one that a user got for itself does not touch
 * IAM, as nobody has a second factor here. Source: STS's API reference, GetSessionToken.
 */
function isBarred({ service, action, caller }: Call): boolean {
  const isTemporary = caller.isSession === true || caller.userId.includes(':')
  if (service === 'sts' && action === 'GetSessionToken') return isTemporary
  return service === 'iam' && caller.isSession === true
}

const parsed = new WeakMap<InlinePolicy, Policy>()

/** A policy that cannot be read, because somebody wrote it past IAM, denies everything. */
const nothing = parsePolicy('{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}')

function policyOf(inline: InlinePolicy): Policy {
  const known = parsed.get(inline)
  if (known !== undefined) return known
  const policy = readOr(nothing, inline)
  parsed.set(inline, policy)
  return policy
}

function readOr(otherwise: Policy, { PolicyDocument }: InlinePolicy): Policy {
  try {
    return parsePolicy(PolicyDocument)
  } catch (failure) {
    if (failure instanceof ActionError) return otherwise
    throw failure
  }
}

/** Source: IAM's user guide, global condition keys; the service authorization reference of EC2. */
function contextOf(
  { service, action, caller, input, sourceAddress }: Call,
  { arn, userId, userName }: Principal,
  nowMs: number,
): ConditionContext {
  const { InstanceType, InstanceOSUser } = input
  const single: Readonly<Record<string, unknown>> = {
    'aws:currenttime': new Date(nowMs).toISOString(),
    'aws:epochtime': String(Math.floor(nowMs / 1000)),
    'aws:principalaccount': caller.account.id,
    'aws:principalarn': arn,
    'aws:principaltype': userName === undefined ? 'AssumedRole' : 'User',
    'aws:requestedregion': caller.region,
    'aws:sourceip': plainAddressOf(sourceAddress),
    'aws:userid': userId,
    'aws:username': userName,
    'ec2:createaction': service === 'ec2' && action !== 'CreateTags' ? action : undefined,
    'ec2:instancetype': InstanceType,
    'ec2:osuser': InstanceOSUser,
    'ec2:region': caller.region,
  }
  const known = Object.entries(single).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, [value]] as const] : [],
  )
  return new Map<string, readonly string[]>(known)
}

function requestContext(tags: Readonly<Record<string, string>>) {
  const keys = Object.keys(tags)
  return [
    ...tagContext('RequestTag', tags),
    ...(keys.length === 0 ? [] : [['aws:tagkeys', keys] as const]),
  ]
}

function tagContext(
  kind: 'RequestTag' | 'ResourceTag',
  tags: Readonly<Record<string, string>>,
): readonly (readonly [string, readonly string[]])[] {
  return Object.entries(tags).flatMap(([key, value]) =>
    (kind === 'ResourceTag' ? ['aws', 'ec2'] : ['aws']).map(
      (prefix) => [`${prefix}:${kind}/${key}`.toLowerCase(), [value]] as const,
    ),
  )
}

function refusal(
  { service, arn }: { readonly service: string; readonly arn: string },
  { action, resource }: Need,
  verdict: Verdict,
): ActionError {
  const why =
    verdict === 'explicitDeny'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`
  const who = `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`
  const prefix = service === 'ec2' ? 'You are not authorized to perform this operation. ' : ''
  return new ActionError('UnauthorizedOperation', `${prefix}${who}`)
}
