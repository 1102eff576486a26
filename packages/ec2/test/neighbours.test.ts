import { generateKeyPairSync } from 'node:crypto'

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import type { Clients } from './lab/clients.ts'
import { createUser } from './lab/create-user.ts'
import { openNeighbours, type NeighbourLab } from './lab/open-neighbours.ts'
import { allowing } from './lab/policies.ts'

/** The services beside EC2, as AWS's own clients find them. */

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

test('a root knows who it is, and its account has 12 digits', async () => {
  const { Account, Arn, UserId } = await root.sts.getCallerIdentity({})
  expect(Account).toMatch(/^[1-9]\d{11}$/)
  expect([Arn, UserId]).toEqual([`arn:aws:iam::${Account}:root`, Account])
})

test('a user may do what its policy says, and nothing else', async () => {
  const user = await createUser(lab, 'reader', allowing('ec2:Describe*'))
  const { Arn } = await user.sts.getCallerIdentity({})
  expect(Arn).toBe(`arn:aws:iam::${lab.account.id}:user/reader`)
  expect((await user.ec2.describeRegions({})).Regions?.length).toBeGreaterThan(1)
  const tagging = user.ec2.createTags({
    Resources: ['vol-0123456789abcdef0'],
    Tags: [{ Key: 'a', Value: 'b' }],
  })
  await expect(tagging).rejects.toMatchObject({
    name: 'UnauthorizedOperation',
    $metadata: { httpStatusCode: 403 },
    message: `You are not authorized to perform this operation. User: ${Arn} is not authorized to perform: ec2:CreateTags on resource: arn:aws:ec2:eu-west-1:${lab.account.id}:volume/vol-0123456789abcdef0 because no identity-based policy allows the ec2:CreateTags action`,
  })
  await expect(user.iam.listUsers({})).rejects.toMatchObject({
    name: 'AccessDenied',
    $metadata: { httpStatusCode: 403 },
  })
  const quotas = user.quotas.listServiceQuotas({ ServiceCode: 'ec2' })
  await expect(quotas).rejects.toMatchObject({ name: 'AccessDeniedException' })
})

test('a policy counts from the next request on, and no longer once it is gone', async () => {
  const user = await createUser(lab, 'changing', allowing('ec2:Describe*'))
  await user.ec2.describeRegions({})
  await root.iam.deleteUserPolicy({ UserName: 'changing', PolicyName: 'own' })
  const refused = user.ec2.describeRegions({})
  await expect(refused).rejects.toMatchObject({ name: 'UnauthorizedOperation' })
})

test('no secret lies in the API where it could be read', async () => {
  await createUser(lab, 'secretive', allowing('*'))
  const { AccessKey } = await root.iam.createAccessKey({ UserName: 'secretive' })
  const kinds = ['accesskeys', 'requests'].map((plural) => ({
    group: 'ec2.nexqloud.io',
    version: 'v1',
    kind: 'Any',
    plural,
    isNamespaced: true,
  }))
  const lists = await Promise.all(kinds.map((kind) => lab.world.client.list(kind)))
  const all = JSON.stringify([lists, lab.audit])
  expect(all).toContain(AccessKey?.AccessKeyId)
  expect(all).not.toContain(AccessKey?.SecretAccessKey)
  const third = root.iam.createAccessKey({ UserName: 'secretive' })
  await expect(third).rejects.toMatchObject({ name: 'LimitExceededException' })
})

test('a key for a while does what its user may, but not IAM', async () => {
  const user = await createUser(lab, 'hasty', allowing('ec2:*', 'iam:*'))
  const { Credentials } = await user.sts.getSessionToken({ DurationSeconds: 900 })
  const session = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  }
  const own = lab.as(session)
  const { Arn } = await own.sts.getCallerIdentity({})
  expect(Arn).toBe(`arn:aws:iam::${lab.account.id}:user/hasty`)
  await own.ec2.describeRegions({})
  await expect(own.iam.listUsers({})).rejects.toMatchObject({ name: 'AccessDenied' })
  await expect(own.sts.getSessionToken({})).rejects.toMatchObject({ name: 'AccessDenied' })
  for (const sessionToken of [`${session.sessionToken}A`, lab.root.accessKeyId]) {
    const altered = lab.as({ ...session, sessionToken }).ec2.describeRegions({})
    await expect(altered).rejects.toMatchObject({ name: 'AuthFailure' })
  }
  const bare = lab.as({ ...session, sessionToken: undefined } as never).ec2.describeRegions({})
  await expect(bare).rejects.toMatchObject({ name: 'AuthFailure' })
  const strange = lab.as({ ...lab.root, sessionToken: session.sessionToken }).ec2
  await expect(strange.describeRegions({})).rejects.toMatchObject({ name: 'AuthFailure' })
  const long = user.sts.getSessionToken({ DurationSeconds: 899 })
  await expect(long).rejects.toMatchObject({ name: 'ValidationError' })
})

test('a wrong secret signs nothing, in whatever protocol', async () => {
  const wrong = lab.as({ ...lab.root, secretAccessKey: 'wrong' })
  await expect(wrong.ec2.describeRegions({})).rejects.toMatchObject({
    name: 'SignatureDoesNotMatch',
  })
  await expect(wrong.sts.getCallerIdentity({})).rejects.toMatchObject({
    name: 'SignatureDoesNotMatch',
  })
  await expect(wrong.ssm.getParameter({ Name: '/x' })).rejects.toMatchObject({
    name: 'InvalidSignatureException',
  })
})

test('the aliases of images lead to the catalogue', async () => {
  const Name = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'
  const { Parameter } = await root.ssm.getParameter({ Name })
  expect(Parameter).toMatchObject({
    Name,
    Type: 'String',
    Value: 'ami-0a1b2c3d4e5f60718',
    LastModifiedDate: new Date('2026-01-05T00:00:00.000Z'),
  })
  const { Parameters, InvalidParameters } = await root.ssm.getParameters({ Names: [Name, '/mine'] })
  expect([Parameters?.length, InvalidParameters]).toEqual([1, ['/mine']])
  const missing = root.ssm.getParameter({ Name: '/mine' })
  await expect(missing).rejects.toMatchObject({ name: 'ParameterNotFound' })
})

test('quotas say what actions are held to', async () => {
  const QuotaCode = 'L-0263D0A3'
  const { Quota } = await root.quotas.getServiceQuota({ ServiceCode: 'ec2', QuotaCode })
  expect(Quota).toMatchObject({ QuotaName: 'EC2-VPC Elastic IPs', Value: 5 })
  const { Quotas, NextToken } = await root.quotas.listServiceQuotas({
    ServiceCode: 'ec2',
    MaxResults: 2,
  })
  expect([Quotas?.length, typeof NextToken]).toEqual([2, 'string'])
  const { AccountAttributes } = await root.ec2.describeAccountAttributes({})
  const addresses = AccountAttributes?.find((each) => each.AttributeName === 'max-elastic-ips')
  expect(addresses?.AttributeValues).toEqual([{ AttributeValue: '5' }])
  const none = root.quotas.getServiceQuota({ ServiceCode: 'ec2', QuotaCode: 'L-00000000' })
  await expect(none).rejects.toMatchObject({ name: 'NoSuchResourceException' })
})

test('a key is pushed to an instance that runs, and to no other', async () => {
  const jwk = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
  const parts = [Buffer.from('ssh-ed25519'), Buffer.from(jwk.x ?? '', 'base64url')]
  const blob = Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(part.length)
      return [length, part]
    }),
  )
  const SSHPublicKey = `ssh-ed25519 ${blob.toString('base64')} me@here`
  const InstanceId = 'i-0123456789abcdef0'
  const asked = { InstanceId, InstanceOSUser: 'ec2-user', SSHPublicKey }
  const absent = root.connect.sendSSHPublicKey(asked)
  await expect(absent).rejects.toMatchObject({ name: 'EC2InstanceNotFoundException' })
  await lab.addInstance(InstanceId)
  const { Success, RequestId } = await root.connect.sendSSHPublicKey(asked)
  expect([Success, typeof RequestId]).toEqual([true, 'string'])
  const key = { accountId: lab.account.id, instanceId: InstanceId, osUser: 'ec2-user' }
  expect(lab.pushed.has({ ...key, publicKey: SSHPublicKey })).toBe(true)
  const wrong = root.connect.sendSSHPublicKey({ ...asked, SSHPublicKey: 'ssh-rsa AAAA' })
  await expect(wrong).rejects.toMatchObject({ name: 'InvalidArgsException' })
})

test('each answered call is told, with who asked, from where, and what it made', async () => {
  await root.iam.createUser({ UserName: 'told' })
  expect(lab.audit.at(-1)).toMatchObject({
    accountId: lab.account.id,
    principal: `arn:aws:iam::${lab.account.id}:root`,
    accessKeyId: lab.root.accessKeyId,
    service: 'iam',
    action: 'CreateUser',
    region: 'us-east-1',
    sourceAddress: '127.0.0.1',
    code: 'Success',
    made: [expect.stringMatching(/^aida[a-z2-7]{17}$/)],
  })
  const again = await root.iam.createUser({ UserName: 'told' }).catch((error: unknown) => error)
  const { requestId } = (again as { $metadata: { requestId: string } }).$metadata
  expect(lab.audit.at(-1)).toMatchObject({ code: 'EntityAlreadyExists', made: [], requestId })
})
