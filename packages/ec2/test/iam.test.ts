import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import type { Clients } from './lab/clients.ts'
import { createUser } from './lab/create-user.ts'
import { openNeighbours, type NeighbourLab } from './lab/open-neighbours.ts'
import { allowing, trusting } from './lab/policies.ts'

/** IAM, as AWS's own client finds it. */

let lab: NeighbourLab
let root: Clients

beforeAll(async () => {
  lab = await openNeighbours()
  root = lab.as(lab.root)
})

afterAll(async () => {
  await lab.close()
})

afterEach(() => {
  if (lab.faults.length > 0) throw new AggregateError(lab.faults)
})

test('a key that is switched off, or deleted, is nobody’s at once', async () => {
  const user = await createUser(lab, 'leaving', allowing('*'))
  const keys = await root.iam.listAccessKeys({ UserName: 'leaving' })
  const [{ AccessKeyId = '' } = {}] = keys.AccessKeyMetadata ?? []
  const of = { UserName: 'leaving', AccessKeyId }
  await root.iam.updateAccessKey({ ...of, Status: 'Inactive' })
  const ec2 = user.ec2.describeRegions({})
  await expect(ec2).rejects.toMatchObject({ name: 'AuthFailure' })
  await root.iam.updateAccessKey({ ...of, Status: 'Active' })
  await user.ec2.describeRegions({})
  await expect(root.iam.deleteUser({ UserName: 'leaving' })).rejects.toMatchObject({
    name: 'DeleteConflictException',
  })
  await root.iam.deleteAccessKey(of)
  const sts = user.sts.getCallerIdentity({})
  await expect(sts).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
  const ssm = user.ssm.getParameter({ Name: '/x' })
  await expect(ssm).rejects.toMatchObject({ name: 'UnrecognizedClientException' })
})

test('a role stands in an instance profile, and neither is deleted before the other lets go', async () => {
  const AssumeRolePolicyDocument = trusting('ec2.amazonaws.com')
  const { iam } = root
  const [RoleName, InstanceProfileName] = ['web', 'web-profile']
  await iam.createRole({ RoleName, AssumeRolePolicyDocument, Path: '/app/' })
  await iam.putRolePolicy({ RoleName, PolicyName: 'p', PolicyDocument: allowing('s3:*') })
  await iam.createInstanceProfile({ InstanceProfileName })
  await iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName })
  const { InstanceProfile } = await iam.getInstanceProfile({ InstanceProfileName })
  expect(InstanceProfile).toMatchObject({
    Arn: `arn:aws:iam::${lab.account.id}:instance-profile/web-profile`,
    Roles: [{ RoleName, Arn: `arn:aws:iam::${lab.account.id}:role/app/web` }],
  })
  const [held] = InstanceProfile?.Roles ?? []
  expect(decodeURIComponent(held?.AssumeRolePolicyDocument ?? '')).toBe(AssumeRolePolicyDocument)
  const conflict = { name: 'DeleteConflictException', $metadata: { httpStatusCode: 409 } }
  await expect(iam.deleteRole({ RoleName })).rejects.toMatchObject(conflict)
  await expect(iam.deleteInstanceProfile({ InstanceProfileName })).rejects.toMatchObject(conflict)
  await iam.removeRoleFromInstanceProfile({ InstanceProfileName, RoleName })
  await iam.deleteInstanceProfile({ InstanceProfileName })
  await iam.deleteRolePolicy({ RoleName, PolicyName: 'p' })
  await iam.deleteRole({ RoleName })
  const gone = { name: 'NoSuchEntityException', $metadata: { httpStatusCode: 404 } }
  await expect(iam.getRole({ RoleName })).rejects.toMatchObject(gone)
})

test('an instance does what the role of its profile may, and gets no further key by it', async () => {
  const [RoleName, InstanceProfileName] = ['worker', 'worker-profile']
  const { iam } = root
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: trusting('ec2.amazonaws.com') })
  await iam.putRolePolicy({ RoleName, PolicyName: 'p', PolicyDocument: allowing('ec2:Describe*') })
  const { InstanceProfile } = await iam.createInstanceProfile({ InstanceProfileName })
  const instance = {
    account: lab.account,
    instanceId: 'i-0123456789abcdef0',
    profileArn: InstanceProfile?.Arn ?? '',
  }
  expect(lab.roleSessions(instance)).toBeUndefined()
  await iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName })
  const session = lab.roleSessions(instance)
  if (session === undefined) throw new TypeError('There is no session.')
  const worker = lab.as(session)
  await worker.ec2.describeRegions({})
  const { Arn } = await worker.sts.getCallerIdentity({})
  expect(Arn).toBe(`arn:aws:sts::${lab.account.id}:assumed-role/worker/i-0123456789abcdef0`)
  await expect(worker.sts.getSessionToken({})).rejects.toMatchObject({ name: 'AccessDenied' })
  await expect(worker.iam.listUsers({})).rejects.toMatchObject({ name: 'AccessDenied' })
  await iam.deleteRolePolicy({ RoleName, PolicyName: 'p' })
  const refused = worker.ec2.describeRegions({})
  await expect(refused).rejects.toMatchObject({ name: 'UnauthorizedOperation' })
})

test('a role that trusts another service is not an instance’s', async () => {
  const [RoleName, InstanceProfileName] = ['lambda', 'lambda-profile']
  const { iam } = root
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: trusting('lambda.amazonaws.com') })
  const { InstanceProfile } = await iam.createInstanceProfile({ InstanceProfileName })
  await iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName })
  const profileArn = InstanceProfile?.Arn ?? ''
  const instance = { account: lab.account, instanceId: 'i-1', profileArn }
  expect(lab.roleSessions(instance)).toBeUndefined()
})

test('users are listed by pages, and a name is there once whatever its case', async () => {
  for (const UserName of ['page-a', 'page-b', 'page-c']) {
    await root.iam.createUser({ UserName, Path: '/page/' })
  }
  const again = root.iam.createUser({ UserName: 'PAGE-A' })
  await expect(again).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' })
  const first = await root.iam.listUsers({ PathPrefix: '/page/', MaxItems: 2 })
  expect(first.Users?.map(({ UserName }) => UserName)).toEqual(['page-a', 'page-b'])
  const { Marker, IsTruncated } = first
  expect(IsTruncated).toBe(true)
  const rest = await root.iam.listUsers({ PathPrefix: '/page/', MaxItems: 2, Marker })
  expect([rest.Users?.length, rest.IsTruncated]).toEqual([1, false])
})

test('a policy that is none is refused, and so is what would not be minded', async () => {
  await root.iam.createUser({ UserName: 'strict' })
  const put = root.iam.putUserPolicy({ UserName: 'strict', PolicyName: 'p', PolicyDocument: '{}' })
  await expect(put).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' })
  const strange = JSON.stringify({
    Statement: {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { StringAlmostEquals: { 'aws:username': 'me' } },
    },
  })
  const doubtful = { UserName: 'strict', PolicyName: 'p', PolicyDocument: strange }
  await expect(root.iam.putUserPolicy(doubtful)).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
    message: 'Invalid Condition type : StringAlmostEquals',
  })
  const bound = root.iam.createUser({
    UserName: 'bound',
    PermissionsBoundary: 'arn:aws:iam::aws:policy/X',
  })
  await expect(bound).rejects.toMatchObject({ name: 'UnsupportedOperation' })
})

test('who is gone has no keys for a while either', async () => {
  const UserName = 'passing'
  const user = await createUser(lab, UserName, allowing('ec2:*'))
  const { Credentials } = await user.sts.getSessionToken({})
  const session = lab.as({
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  })
  await session.ec2.describeRegions({})
  const { AccessKeyMetadata = [] } = await root.iam.listAccessKeys({ UserName })
  for (const { AccessKeyId } of AccessKeyMetadata) {
    await root.iam.deleteAccessKey({ UserName, AccessKeyId })
  }
  await root.iam.deleteUserPolicy({ UserName, PolicyName: 'own' })
  await root.iam.deleteUser({ UserName })
  const refused = session.ec2.describeRegions({})
  await expect(refused).rejects.toMatchObject({ name: 'AuthFailure' })
})
