import { systemClock } from '@nexqloud/kernel'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { openWorld, type World } from '../../test/lab/open-world.ts'
import { ActionError } from '../action/errors.ts'
import type { Fields } from '../codec/read-query.ts'
import type { ResourceView } from '../resource/resource-view.ts'
import { REGION_LABEL } from '../resource/resource.ts'
import { createAuthorize } from './authorize.ts'
import { GLOBAL_REGION } from './caller.ts'
import { createIamId } from './iam-id.ts'
import { iamKinds, type UserSpec } from './kinds.ts'

type Statement = Readonly<Record<string, unknown>>

const opened = Promise.withResolvers<ResourceView>()
let world: World

beforeAll(async () => {
  world = await openWorld(opened.reject, {
    more: () => ({
      access: (view) => {
        opened.resolve(view)
        return { findKey: async () => undefined, authorize: () => {} }
      },
    }),
  })
})

afterAll(async () => {
  await world.close()
})

const tags = [{ Key: 'team', Value: 'red' }]
const volume = 'vol-0123456789abcdef0'

test('a resource is named by its ARN, and one that is not named stays closed', async () => {
  const may = await setup({
    Effect: 'Allow',
    Action: 'ec2:CreateTags',
    Resource: `arn:aws:ec2:eu-west-1:*:volume/${volume}`,
  })
  expect(may('ec2', 'CreateTags', { Resources: [volume], Tags: tags })).toBe(true)
  const other = 'vol-0123456789abcdef1'
  expect(may('ec2', 'CreateTags', { Resources: [other], Tags: tags })).toBe(false)
  expect(may('ec2', 'CreateTags', { Resources: [volume, other], Tags: tags })).toBe(false)
  expect(may('ec2', 'DeleteTags', { Resources: [volume], Tags: tags })).toBe(false)
})

test('whoever tags what it makes has to be allowed to tag', async () => {
  const may = await setup({ Effect: 'Allow', Action: 'ec2:CreateVolume', Resource: '*' })
  const TagSpecifications = [{ ResourceType: 'volume', Tags: tags }]
  expect(may('ec2', 'CreateVolume', {})).toBe(true)
  expect(may('ec2', 'CreateVolume', { TagSpecifications })).toBe(false)
})

test('tags that are asked for, the region and the address from where decide', async () => {
  const may = await setup({
    Effect: 'Allow',
    Action: 'ec2:*',
    Resource: '*',
    Condition: {
      StringEquals: { 'aws:RequestTag/team': 'red', 'aws:RequestedRegion': 'eu-west-1' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
      IpAddress: { 'aws:SourceIp': '192.0.2.0/24' },
    },
  })
  expect(may('ec2', 'CreateTags', { Resources: [volume], Tags: tags })).toBe(true)
  const blue = [{ Key: 'team', Value: 'blue' }]
  expect(may('ec2', 'CreateTags', { Resources: [volume], Tags: blue })).toBe(false)
  const more = [...tags, { Key: 'more', Value: '' }]
  expect(may('ec2', 'CreateTags', { Resources: [volume], Tags: more })).toBe(false)
})

test('what could be nobody’s is refused before patterns go through it', async () => {
  const Condition = { StringLike: { 'aws:RequestTag/team': `*${'a'.repeat(1000)}b` } }
  const may = await setup({ Effect: 'Allow', Action: '*', Resource: '*', Condition })
  const tagged = (Value: string) => () =>
    may('ec2', 'CreateTags', { Resources: [volume], Tags: [{ Key: 'team', Value }] })
  const refusal = expect.objectContaining({ awsCode: 'InvalidParameterValue' })
  expect(tagged('a'.repeat(1_000_000))).toThrow(refusal)
  expect(tagged('a'.repeat(255))()).toBe(false)
  expect(() => may('ssm', 'GetParameter', { Name: `/${'a'.repeat(1_000_000)}` })).toThrow(refusal)
  const ids = Array.from({ length: 1001 }, (_, at) => `i-${String(at).padStart(17, '0')}`)
  expect(() => may('ec2', 'StopInstances', { InstanceIds: ids })).toThrow(refusal)
  expect(may('ec2', 'StopInstances', { InstanceIds: ids.slice(1) })).toBe(false)
})

test('policies are not gone through for minutes, and a hundred ARNs are for a thousand instances', async () => {
  const ids = Array.from({ length: 1000 }, (_, at) => `i-${String(at).padStart(17, '0')}`)
  const Condition = { StringLike: { 'aws:RequestTag/team': `*${'a'.repeat(1000)}b` } }
  const slow = await setup({ Effect: 'Allow', Action: '*', Resource: '*', Condition })
  const Tags = [{ Key: 'team', Value: 'a'.repeat(2048) }]
  expect(slow('ec2', 'CreateTags', { Resources: [volume], Tags })).toBe(false)
  const other = await setup({
    Effect: 'Allow',
    Action: 'ec2:*',
    Resource: [...ids.slice(0, 99), '*'].map((id) => `arn:aws:ec2:*:*:instance/${id}`),
  })
  expect(other('ec2', 'StopInstances', { InstanceIds: ids })).toBe(true)
  const every = { Effect: 'Allow', Action: '*', Resource: '*' }
  const denied = { Effect: 'Deny', Action: '*', Resource: '*', Condition }
  const open = await setup(every, denied)
  expect(() => open('ec2', 'CreateTags', { Resources: ids, Tags })).toThrow(
    expect.objectContaining({ awsCode: 'InvalidParameterValue' }),
  )
})

test('nobody gives an instance a role that it may not pass', async () => {
  const own: Statement = { Effect: 'Allow', Action: 'ec2:RunInstances', Resource: '*' }
  const input = { IamInstanceProfile: { Name: 'admin' } }
  const without = await setup(own)
  expect(without('ec2', 'RunInstances', {})).toBe(true)
  expect(without('ec2', 'RunInstances', input)).toBe(false)
  const passing = { Effect: 'Allow', Action: 'iam:PassRole', Resource: '*' }
  const withRole = await setup(own, passing)
  expect(withRole('ec2', 'RunInstances', input)).toBe(true)
})

test('what describes has no resources, as with AWS', async () => {
  const Resource = 'arn:aws:ec2:*:*:instance/*'
  const may = await setup({ Effect: 'Allow', Action: 'ec2:Describe*', Resource })
  expect(may('ec2', 'DescribeInstances', {})).toBe(false)
  const one = { InstanceId: 'i-0123456789abcdef0' }
  expect(may('ec2', 'DescribeInstanceAttribute', one)).toBe(true)
})

test('a user may be let to its own keys alone', async () => {
  const may = await setup({
    Effect: 'Allow',
    Action: 'iam:*AccessKey*',
    Resource: 'arn:aws:iam::*:user/${aws:username}',
  })
  expect(may('iam', 'CreateAccessKey', {})).toBe(true)
  expect(may('iam', 'CreateAccessKey', { UserName: 'somebody' })).toBe(true)
  expect(may('iam', 'CreateAccessKey', { UserName: 'another' })).toBe(false)
  expect(may('iam', 'CreateUser', { UserName: 'somebody' })).toBe(false)
})

test('each service has actions of its own', async () => {
  const may = await setup({
    Effect: 'Allow',
    Action: ['ssm:GetParameter', 'servicequotas:List*', 'ec2-instance-connect:*'],
    Resource: ['arn:aws:ssm:*::parameter/aws/*', '*'],
  })
  expect(may('ssm', 'GetParameter', { Name: '/aws/x' })).toBe(true)
  expect(may('ssm', 'GetParameters', { Names: ['/aws/x'] })).toBe(false)
  expect(may('servicequotas', 'ListServiceQuotas', { ServiceCode: 'ec2' })).toBe(true)
  const one = { InstanceId: 'i-0123456789abcdef0', InstanceOSUser: 'root' }
  expect(may('ec2-instance-connect', 'SendSSHPublicKey', one)).toBe(true)
  expect(may('sts', 'GetCallerIdentity', {})).toBe(true)
})

test('a policy that was written past IAM, and is none, denies everything', async () => {
  const allowing: Statement = { Effect: 'Allow', Action: '*', Resource: '*' }
  expect((await setup(allowing))('ec2', 'DescribeVpcs', {})).toBe(true)
  const strange = await setup(allowing, { Effect: 'Perhaps' })
  expect(strange('ec2', 'DescribeVpcs', {})).toBe(false)
})

const account = { id: '123456789012', namespace: 'default' }
const Arn = `arn:aws:iam::${account.id}:user/somebody`

/** Returns whether a user may, of whom each statement is a policy. */
async function setup(...statements: readonly Statement[]) {
  const view = await opened.promise
  const UserId = createIamId('AIDA')
  const spec: UserSpec = {
    UserId,
    UserName: 'somebody',
    Path: '/',
    Arn,
    CreateDate: '2026-01-01T00:00:00Z',
    Policies: statements.map((Statement, index) => ({
      PolicyName: `p${index}`,
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    })),
  }
  const labels = { [REGION_LABEL]: GLOBAL_REGION }
  const metadata = {
    name: UserId.toLowerCase(),
    namespace: account.namespace,
    labels,
    uid: UserId,
  }
  view.put(iamKinds.users, { metadata, spec })
  const authorize = createAuthorize({ view, clock: systemClock })
  const caller = { account, region: 'eu-west-1', arn: Arn, userId: UserId, accessKeyId: 'AKIA' }
  return (service: string, action: string, input: Fields): boolean => {
    const sourceAddress = '::ffff:192.0.2.1'
    try {
      authorize({ service, action, input, caller, sourceAddress, requestId: 'r' })
      return true
    } catch (failure) {
      if (failure instanceof ActionError && failure.awsCode === 'UnauthorizedOperation')
        return false
      throw failure
    }
  }
}
