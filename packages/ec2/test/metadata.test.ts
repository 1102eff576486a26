import { EC2 } from '@aws-sdk/client-ec2'
import { createManualClock } from '@nexqloud/kernel'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { createObedientMachines, type Sighting } from '../src/machine/machines.ts'
import { createApiHandler } from './lab/api-handler.ts'
import { openMetadataLab, type MetadataLab } from './lab/open-metadata.ts'
import { allowing, trusting } from './lab/policies.ts'

/** What instances are told of themselves, as they ask for it. */

let lab: MetadataLab
beforeEach(async () => {
  lab = await openMetadataLab()
})
afterEach(() => lab.close())

test('an instance that shows a token is told what it is, and one without a token nothing', async () => {
  const { id, ask, tell } = await lab.launch({})
  expect((await ask('/latest/meta-data/instance-id')).status).toBe(401)
  expect(await tell('/latest/meta-data/instance-id')).toBe(id)
  expect(await tell('/latest/meta-data/instance-type/')).toBe('t3.micro')
  expect(await tell('/2021-03-23/meta-data/placement/availability-zone')).toBe('eu-west-1a')
  expect(await tell('/latest/meta-data/placement/region')).toBe('eu-west-1')
  expect(await tell('/latest/meta-data/ami-id')).toBe('ami-12c6146b')
  expect(await tell('/latest/meta-data/security-groups')).toBe('default')
  expect(await tell('/latest/meta-data/instance-life-cycle')).toBe('on-demand')
  expect(await tell('/latest/meta-data/services/partition')).toBe('aws')
})

test('what is told of its network is what DescribeInstances tells', async () => {
  const { id, tell } = await lab.launch({})
  const { Reservations = [] } = await lab.root.ec2.describeInstances({ InstanceIds: [id] })
  const told = Reservations[0]?.Instances?.[0] ?? {}
  const own = told.NetworkInterfaces?.[0] ?? {}
  expect(await tell('/latest/meta-data/local-ipv4')).toBe(told.PrivateIpAddress)
  expect(await tell('/latest/meta-data/hostname')).toBe(told.PrivateDnsName)
  expect(await tell('/latest/meta-data/public-ipv4')).toBe(told.PublicIpAddress)
  expect(await tell('/latest/meta-data/public-hostname')).toBe(told.PublicDnsName)
  expect(await tell('/latest/meta-data/mac')).toBe(own.MacAddress)
  const macs = '/latest/meta-data/network/interfaces/macs/'
  expect(await tell(macs)).toBe(`${own.MacAddress}/`)
  expect(await tell(`${macs}${own.MacAddress}/subnet-id`)).toBe(told.SubnetId)
  expect(await tell(`${macs}${own.MacAddress}/vpc-ipv4-cidr-block`)).toBe('172.31.0.0/16')
  const associations = `${macs}${own.MacAddress}/ipv4-associations/`
  expect(await tell(associations)).toBe(told.PublicIpAddress)
  expect(await tell(`${associations}${told.PublicIpAddress}`)).toBe(told.PrivateIpAddress)
})

test('folders are listed as EC2 lists them, and what is not there is 404', async () => {
  await lab.root.ec2.createKeyPair({ KeyName: 'me' })
  const { ask, tell, token } = await lab.launch({ KeyName: 'me', UserData: 'IyEvYmluL3No' })
  expect((await tell('/')).split('\n')).toContain('latest')
  expect(await tell('/latest')).toBe('dynamic\nmeta-data\nuser-data')
  expect(await tell('/latest/dynamic/')).toBe('instance-identity/')
  expect((await tell('/latest/meta-data/')).split('\n')).toEqual(
    expect.arrayContaining(['ami-id', 'network/', 'placement/', 'public-keys/']),
  )
  expect(await tell('/latest/meta-data/public-keys/')).toBe('0=me')
  expect(await tell('/latest/meta-data/public-keys/0/')).toBe('openssh-key')
  expect(await tell('/latest/meta-data/public-keys/0/openssh-key')).toMatch(/^ssh-rsa \S+ me$/)
  expect(await tell('/latest/user-data')).toBe('#!/bin/sh')
  for (const path of [
    '/latest/meta-data/nothing',
    '/latest/meta-data/instance-id/deeper',
    '/latest/meta-data/%',
    '/1999-01-01/meta-data',
    '/latest/meta-data/spot/instance-action',
    '/latest/meta-data/iam/info',
    '/latest/meta-data/tags/instance',
    '/latest/dynamic/instance-identity/pkcs7',
    '/constructor',
    '/latest/__proto__',
  ]) {
    const { status, headers } = await ask(path, { token: await token() })
    expect([path, status, headers['content-type']]).toEqual([path, 404, 'text/html'])
  }
  expect(lab.faults).toEqual([])
})

test('tags are told where the instance was launched so, those whose keys make no path left out', async () => {
  const { tell } = await lab.launch({
    MetadataOptions: { InstanceMetadataTags: 'enabled' },
    TagSpecifications: [
      {
        ResourceType: 'instance',
        Tags: [
          { Key: 'Name', Value: 'web 1' },
          { Key: 'a:b', Value: 'c' },
          { Key: 'with/slash', Value: 'x' },
          { Key: '..', Value: 'x' },
        ],
      },
    ],
  })
  expect(await tell('/latest/meta-data/tags/instance/')).toBe('Name\na:b')
  expect(await tell('/latest/meta-data/tags/instance/Name')).toBe('web 1')
  expect(await tell('/latest/meta-data/tags/instance/a%3Ab')).toBe('c')
})

test('user data is told byte by byte, whatever it is', async () => {
  const bytes = Buffer.from([0x1f, 0x8b, 0, 255, 10])
  const { ask, token } = await lab.launch({ UserData: bytes.toString('base64') })
  const { body } = await ask('/latest/user-data', { token: await token() })
  expect(Buffer.from(body)).toEqual(bytes)
})

test.each([
  ['no time', {}, 400],
  ['no seconds', { ttl: '0' }, 400],
  ['more than six hours', { ttl: '21601' }, 400],
  ['half a second', { ttl: '0.5' }, 400],
  ['the least', { ttl: '1' }, 200],
  ['the most', { ttl: '21600' }, 200],
  ['somebody who passes it on', { ttl: '60', headers: { 'x-forwarded-for': '192.0.2.1' } }, 403],
] as const)('a token for %s is answered with what EC2 answers', async (_, how, status) => {
  const { ask } = await lab.launch({})
  const asked = await ask('/latest/api/token', { method: 'PUT', ...how })
  expect(asked.status).toBe(status)
  const told = status === 200 && 'ttl' in how ? how.ttl : undefined
  expect(asked.headers['x-aws-ec2-metadata-token-ttl-seconds']).toBe(told)
})

test('what is no way of asking is refused', async () => {
  const { ask, token } = await lab.launch({})
  const elsewhere = { method: 'PUT', ttl: '60' } as const
  expect((await ask('/latest/meta-data/ami-id', elsewhere)).status).toBe(405)
  expect((await ask('/latest/api/token', { token: await token() })).status).toBe(404)
  for (const method of ['POST', 'DELETE', 'PATCH', 'OPTIONS']) {
    expect((await ask('/latest/meta-data/', { method, token: await token() })).status).toBe(405)
  }
})

test('a token counts for its own instance, and as long as was asked for', async () => {
  const clock = createManualClock(Date.now())
  const own = await openMetadataLab({}, clock)
  try {
    const [one, other] = [await own.launch({}), await own.launch({})]
    const token = await one.token('60')
    expect((await other.ask('/latest/meta-data/', { token })).status).toBe(401)
    expect((await one.ask('/latest/meta-data/', { token: `${token}=` })).status).toBe(401)
    await clock.pass(59_000)
    const late = await one.ask('/latest/meta-data/', { token })
    expect(late.headers['x-aws-ec2-metadata-token-ttl-seconds']).toBe('1')
    await clock.pass(1000)
    expect((await one.ask('/latest/meta-data/', { token })).status).toBe(401)
  } finally {
    await own.close()
  }
})

test('where tokens are optional none is needed, and a wrong one is refused all the same', async () => {
  const { id, ask } = await lab.launch({ MetadataOptions: { HttpTokens: 'optional' } })
  const { status, body } = await ask('/latest/meta-data/instance-id')
  expect([status, Buffer.from(body).toString()]).toEqual([200, id])
  expect((await ask('/latest/meta-data/instance-id', { token: 'wrong' })).status).toBe(401)
  await lab.root.ec2.modifyInstanceMetadataOptions({ InstanceId: id, HttpTokens: 'required' })
  expect((await ask('/latest/meta-data/instance-id')).status).toBe(401)
})

test('an instance whose metadata is switched off, is over, or was never there is told nothing', async () => {
  const { id, ask, token } = await lab.launch({})
  const shown = await token()
  await lab.root.ec2.modifyInstanceMetadataOptions({ InstanceId: id, HttpEndpoint: 'disabled' })
  expect((await ask('/latest/meta-data/', { token: shown })).status).toBe(403)
  expect((await ask('/latest/api/token', { method: 'PUT', ttl: '60' })).status).toBe(403)
  await lab.root.ec2.modifyInstanceMetadataOptions({ InstanceId: id, HttpEndpoint: 'enabled' })
  await lab.root.ec2.terminateInstances({ InstanceIds: [id] })
  expect((await ask('/latest/meta-data/', { token: shown })).status).toBe(404)
  const stranger = lab.asInstance({ namespace: 'elsewhere', id })
  expect((await stranger.ask('/latest/api/token', { method: 'PUT', ttl: '60' })).status).toBe(404)
})

test('an instance gets a key of its role, the same one until it is about to end, which opens this API', async () => {
  const clock = createManualClock(Date.now())
  const own = await openMetadataLab({}, clock)
  const { iam } = own.root
  const [RoleName, InstanceProfileName] = ['worker', 'worker-profile']
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: trusting('ec2.amazonaws.com') })
  await iam.putRolePolicy({ RoleName, PolicyName: 'p', PolicyDocument: allowing('ec2:Describe*') })
  await iam.createInstanceProfile({ InstanceProfileName })
  await iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName })
  const { id, tell } = await own.launch({ IamInstanceProfile: { Name: InstanceProfileName } })
  expect(JSON.parse(await tell('/latest/meta-data/iam/info'))).toMatchObject({
    Code: 'Success',
    InstanceProfileArn: `arn:aws:iam::${own.account.id}:instance-profile/${InstanceProfileName}`,
  })
  expect(await tell('/latest/meta-data/iam/security-credentials/')).toBe(RoleName)
  const key = async () =>
    JSON.parse(await tell(`/latest/meta-data/iam/security-credentials/${RoleName}`)) as Record<
      string,
      string
    >
  const { AccessKeyId = '', SecretAccessKey = '', Token = '', ...first } = await key()
  expect(first).toMatchObject({ Code: 'Success', Type: 'AWS-HMAC' })
  const worker = own.as({
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: Token,
  })
  const { Reservations = [] } = await worker.ec2.describeInstances({})
  expect(Reservations[0]?.Instances?.[0]?.InstanceId).toBe(id)
  await clock.pass(5 * 3_600_000)
  expect((await key())['AccessKeyId']).toBe(AccessKeyId)
  await clock.pass(3_600_000 - 29 * 60_000)
  expect((await key())['AccessKeyId']).not.toBe(AccessKeyId)
  expect(own.faults).toEqual([])
  await own.close()
})

test('an instance is told why it gets no key of a role that does not trust it', async () => {
  const { iam } = lab.root
  const [RoleName, InstanceProfileName] = ['lambda', 'lambda-profile']
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: trusting('lambda.amazonaws.com') })
  await iam.createInstanceProfile({ InstanceProfileName })
  const { tell } = await lab.launch({ IamInstanceProfile: { Name: InstanceProfileName } })
  expect(await tell('/latest/meta-data/iam/')).toBe('info')
  await iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName })
  const told = await tell(`/latest/meta-data/iam/security-credentials/${RoleName}`)
  expect(JSON.parse(told)).toMatchObject({ Code: 'AssumeRoleUnauthorizedAccess' })
})

test('a launch with a profile that is not there is refused', async () => {
  const launch = lab.launch({ IamInstanceProfile: { Name: 'nobody' } })
  await expect(launch).rejects.toMatchObject({ name: 'InvalidParameterValue' })
})

test('the document of identity is signed as it is told', async () => {
  const { id, tell } = await lab.launch({})
  const document = await tell('/latest/dynamic/instance-identity/document')
  expect(JSON.parse(document)).toMatchObject({
    accountId: lab.account.id,
    instanceId: id,
    region: 'eu-west-1',
    imageId: 'ami-12c6146b',
  })
  expect(await tell('/latest/dynamic/instance-identity/signature')).toBe(lab.signed(document))
})

test('a spot instance is told two minutes ahead that its device will be empty, and another one is not', async () => {
  const clock = createManualClock(Date.now())
  let seen: Sighting = { phase: 'running' }
  const machines = { ...createObedientMachines(() => 0), see: () => seen }
  const own = await openMetadataLab({ machines }, clock)
  const now = toSecond(clock.wallMs())
  try {
    const spot = await own.launch({ InstanceMarketOptions: { MarketType: 'spot' } })
    const other = await own.launch({})
    seen = { phase: 'running', interruptedSince: now }
    const time = toSecond(Date.parse(now) + 120_000)
    const told = await spot.tell('/latest/meta-data/spot/instance-action')
    expect(JSON.parse(told)).toEqual({ action: 'terminate', time })
    expect(await spot.tell('/latest/meta-data/spot/termination-time')).toBe(time)
    const hint = await spot.tell('/latest/meta-data/events/recommendations/rebalance')
    expect(JSON.parse(hint)).toEqual({ noticeTime: now })
    const token = await other.token()
    const asked = await other.ask('/latest/meta-data/spot/instance-action', { token })
    expect(asked.status).toBe(404)
    const stateOf = async () => {
      const { Reservations = [] } = await own.root.ec2.describeInstances({
        InstanceIds: [spot.id, other.id],
      })
      const all = Reservations.flatMap(({ Instances = [] }) => Instances)
      const states = all.map(({ InstanceId, State, StateReason }) => [
        InstanceId,
        `${State?.Name} ${StateReason?.Code ?? ''}`,
      ])
      return Object.fromEntries(states) as Record<string, string>
    }
    await clock.pass(110_000)
    expect(await stateOf()).toEqual({ [spot.id]: 'running ', [other.id]: 'running ' })
    await clock.pass(11_000)
    await expect.poll(stateOf).toEqual({
      [spot.id]: 'shutting-down Server.SpotInstanceTermination',
      [other.id]: 'running ',
    })
  } finally {
    await own.close()
  }
})

const toSecond = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

test('an instance asks the API as anybody does, and the trail says from where', async () => {
  const { namespace, id, tell } = await lab.launch({})
  const client = new EC2({
    region: 'eu-west-1',
    endpoint: 'http://169.254.169.254:8773',
    credentials: lab.rootKey,
    requestHandler: createApiHandler(lab.askApi, { namespace, id }),
  })
  const { Reservations = [] } = await client.describeInstances({})
  expect(Reservations[0]?.Instances?.[0]?.InstanceId).toBe(id)
  const { sourceAddress } = lab.audit.at(-1) ?? {}
  expect(sourceAddress).toBe(await tell('/latest/meta-data/local-ipv4'))
  const nobody = createApiHandler(lab.askApi, { namespace, id: 'i-0' })
  const asked = { method: 'GET', path: '/', headers: {} }
  await expect(nobody.handle(asked)).rejects.toThrow('There is no such instance.')
})
