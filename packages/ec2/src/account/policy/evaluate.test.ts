import fc from 'fast-check'
import { expect, test } from 'vitest'

import { evaluate, type Verdict } from './evaluate.ts'
import { parsePolicy } from './policy.ts'

const actions = fc.constantFrom('ec2:RunInstances', 'ec2:StopInstances', 'ec2:*', 'EC2:run*', '*')
const resources = fc.constantFrom('*', 'arn:aws:ec2:*:*:instance/*', 'arn:aws:ec2:x:1:volume/v')
const asked = fc.record({
  action: fc.constantFrom('ec2:RunInstances', 'ec2:StopInstances', 'iam:GetUser'),
  resource: fc.constantFrom('arn:aws:ec2:x:1:instance/i', 'arn:aws:ec2:x:1:volume/v', '*'),
  context: fc.constant(new Map<string, readonly string[]>()),
})
const statements = fc.record({
  Effect: fc.constantFrom('Allow', 'Deny'),
  Action: actions,
  Resource: resources,
})
const policies = fc.array(fc.array(statements, { minLength: 1, maxLength: 3 }), { maxLength: 3 })

const read = (Statement: unknown) => parsePolicy(JSON.stringify({ Statement }))
const deny = read({ Effect: 'Deny', Action: '*', Resource: '*' })
const allow = read({ Effect: 'Allow', Action: '*', Resource: '*' })

test('what one statement denies, no others allow, in whatever order they are', () => {
  fc.assert(
    fc.property(policies, asked, (own, access) => {
      const parsed = own.map(read)
      expect(evaluate([...parsed, deny], access)).toBe('explicitDeny')
      const before = evaluate(parsed, access)
      const after = evaluate([allow, ...parsed], access)
      expect(after).toBe(before === 'explicitDeny' ? 'explicitDeny' : 'allow')
      expect(evaluate(parsed.toReversed(), access)).toBe(before)
    }),
  )
})

test('what no statement speaks of is not allowed', () => {
  fc.assert(
    fc.property(asked, (access) => {
      expect(evaluate([], access)).toBe('implicitDeny')
    }),
  )
})

test('all but some actions or resources are exactly the others', () => {
  fc.assert(
    fc.property(actions, resources, asked, (action, resource, access) => {
      const of = (own: object): Verdict => evaluate([read({ Effect: 'Allow', ...own })], access)
      const isAction = of({ Action: action, Resource: '*' })
      expect(of({ NotAction: action, Resource: '*' })).not.toBe(isAction)
      const isResource = of({ Action: '*', Resource: resource })
      expect(of({ Action: '*', NotResource: resource })).not.toBe(isResource)
    }),
  )
})

const one = { action: 'ec2:RunInstances', resource: '*' }

test.each<[object, Readonly<Record<string, readonly string[]>>, boolean]>([
  [
    { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1'] } },
    { 'aws:requestedregion': ['us-east-1'] },
    true,
  ],
  [
    { StringEquals: { 'aws:RequestedRegion': 'eu-*' } },
    { 'aws:requestedregion': ['eu-west-1'] },
    false,
  ],
  [
    { StringLike: { 'AWS:requestedRegion': 'eu-*' } },
    { 'aws:requestedregion': ['eu-west-1'] },
    true,
  ],
  [{ StringNotEquals: { 'aws:RequestedRegion': 'a' } }, {}, true],
  [
    { StringNotEquals: { 'aws:RequestedRegion': ['a', 'b'] } },
    { 'aws:requestedregion': ['b'] },
    false,
  ],
  [{ StringEquals: { 'aws:RequestedRegion': 'a' } }, {}, false],
  [{ StringEqualsIfExists: { 'aws:RequestedRegion': 'a' } }, {}, true],
  [{ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, { 'aws:sourceip': ['10.1.2.3'] }, true],
  [{ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, { 'aws:sourceip': ['11.1.2.3'] }, false],
  [{ IpAddress: { 'aws:SourceIp': '2001:db8::/32' } }, { 'aws:sourceip': ['2001:db8::1'] }, true],
  [{ NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, { 'aws:sourceip': ['10.1.2.3'] }, false],
  [
    { DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } },
    { 'aws:currenttime': ['2026-01-01T00:00:00Z'] },
    true,
  ],
  [
    { DateGreaterThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } },
    { 'aws:currenttime': ['2026-01-01T00:00:00Z'] },
    false,
  ],
  [{ NumericLessThanEquals: { n: '5' } }, { n: ['5'] }, true],
  [{ NumericLessThan: { n: '5' } }, { n: ['x'] }, false],
  [
    { Bool: { 'aws:MultiFactorAuthPresent': true } },
    { 'aws:multifactorauthpresent': ['false'] },
    false,
  ],
  [{ Null: { 'aws:TokenIssueTime': 'true' } }, {}, true],
  [
    { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } },
    { 'aws:tagkeys': ['a', 'c'] },
    false,
  ],
  [
    { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a', 'b'] } },
    { 'aws:tagkeys': ['a', 'c'] },
    true,
  ],
  [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a', 'b'] } }, {}, false],
  [
    { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/x' } },
    { 'aws:principalarn': ['arn:aws:iam::1:user/x'] },
    true,
  ],
  [
    { ArnLike: { 'aws:PrincipalArn': 'arn:*:user/x' } },
    { 'aws:principalarn': ['arn:aws:iam::1:user/x'] },
    false,
  ],
  [{ StringEquals: { a: 'x' }, StringLike: { b: 'y' } }, { a: ['x'], b: ['z'] }, false],
])('%j with %j holds: %s', (Condition, given, expected) => {
  const access = { ...one, context: new Map(Object.entries(given)) }
  const policy = read({ Effect: 'Allow', Action: '*', Resource: '*', Condition })
  expect(evaluate([policy], access) === 'allow').toBe(expected)
})

test('an operator that nobody knows never lets anything through', () => {
  const context = new Map([['aws:username', ['me']]])
  const Condition = { StringAlmostEquals: { 'aws:username': 'me' } }
  const base = { Action: '*', Resource: '*', Condition }
  expect(evaluate([read({ Effect: 'Allow', ...base })], { ...one, context })).toBe('implicitDeny')
  const denying = read({ Effect: 'Deny', ...base })
  expect(evaluate([allow, denying], { ...one, context })).toBe('explicitDeny')
})

test('variables count in policies of 2012, and what has no value lets nothing through', () => {
  const verdict = (Version: string, own: object): Verdict =>
    evaluate(
      [
        parsePolicy(
          JSON.stringify({ Version, Statement: { Effect: 'Allow', Action: '*', ...own } }),
        ),
      ],
      {
        action: 'iam:GetUser',
        resource: 'arn:aws:iam::1:user/me',
        context: new Map([['aws:username', ['me']]]),
      },
    )
  const own = { Resource: 'arn:aws:iam::1:user/${aws:username}' }
  expect(verdict('2012-10-17', own)).toBe('allow')
  expect(verdict('2008-10-17', own)).toBe('implicitDeny')
  expect(verdict('2012-10-17', { NotResource: 'arn:${aws:nothing}' })).toBe('implicitDeny')
  const Condition = { StringNotEquals: { 'aws:username': '${aws:nothing}' } }
  expect(verdict('2012-10-17', { Resource: '*', Condition })).toBe('implicitDeny')
})

test.each([
  ['{', 'This policy contains invalid Json'],
  ['{"Version":"2020-01-01","Statement":[]}', 'The policy must contain a valid version string'],
  ['{"Statement":{"Effect":"Maybe","Action":"*","Resource":"*"}}', 'Effect is Allow or Deny'],
  ['{"Statement":{"Effect":"Allow","Resource":"*"}}', 'Policy statement must contain actions.'],
  ['{"Statement":{"Effect":"Allow","Action":"*"}}', 'Policy statement must contain resources.'],
  [
    '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}}',
    'A statement cannot have Principal',
  ],
  [
    '{"Statement":{"Effect":"Allow","Action":"Run","Resource":"*"}}',
    'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
  ],
  [
    '{"Statement":{"Effect":"Allow","Action":"*","NotAction":"*","Resource":"*"}}',
    'A statement has Action or NotAction, not both',
  ],
  [
    '{"Statement":{"Effect":"Deny","Action":"*","Resource":"instance/*"}}',
    'Resource instance/* must be in ARN format or "*".',
  ],
])('%s is no policy', (text, message) => {
  const expected = { awsCode: 'MalformedPolicyDocument', message }
  expect(() => parsePolicy(text)).toThrow(expect.objectContaining(expected))
})
