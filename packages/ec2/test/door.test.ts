import { systemClock } from '@nexqloud/kernel'
import { SignatureV4 } from '@smithy/signature-v4'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import type { DoorRequest } from '../src/door/service-door.ts'
import type { Credentials } from './lab/clients.ts'
import { openNeighbours, type NeighbourLab } from './lab/open-neighbours.ts'
import { Sha256 } from './lab/sha256.ts'

/** What the door lets in: once, in time, and not too often. */

let lab: NeighbourLab
/** How far the door's clock is before the clients'. */
let aheadMs = 0
let steadyMs = 0

beforeAll(async () => {
  const rate = { burst: 100, perSecond: 20 }
  const rates = {
    reading: rate,
    readingAll: { burst: 3, perSecond: 1 },
    changing: rate,
    heavy: rate,
  }
  const clock = {
    ...systemClock,
    wallMs: () => Date.now() + aheadMs,
    steadyMs: () => steadyMs,
  }
  lab = await openNeighbours({ requestRates: rates }, clock)
})

afterAll(async () => {
  await lab.close()
})

afterEach(() => {
  if (lab.faults.length > 0) throw new AggregateError(lab.faults)
})

test('what was signed too long ago is refused in the words of each protocol', async () => {
  aheadMs = 301_000
  expect(await ask({ service: 'ec2', body: 'Action=DescribeRegions' })).toContain('RequestExpired')
  expect(await ask({ service: 'sts', body: 'Action=GetCallerIdentity' })).toContain(
    'SignatureDoesNotMatch',
  )
  aheadMs = 299_000
  expect(await ask({ service: 'sts', body: 'Action=GetCallerIdentity' })).toContain('<Arn>')
  aheadMs = 0
})

test('a key for a while counts for that while', async () => {
  const { Credentials: given } = await lab
    .as(lab.root)
    .sts.getSessionToken({ DurationSeconds: 900 })
  const session = {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  }
  aheadMs = 890_000
  const asking = { service: 'sts', body: 'Action=GetCallerIdentity', credentials: session } as const
  expect(await ask({ ...asking, signedAheadMs: aheadMs })).toContain('<Arn>')
  aheadMs = 901_000
  expect(await ask({ ...asking, signedAheadMs: aheadMs })).toContain('<Code>ExpiredToken</Code>')
  const ofEc2 = { ...asking, service: 'ec2', body: 'Action=DescribeRegions' } as const
  expect(await ask({ ...ofEc2, signedAheadMs: aheadMs })).toContain('<Code>RequestExpired</Code>')
  aheadMs = 0
})

test('a request is not another one because its signature is known', async () => {
  const signed = await sign({ service: 'ec2', body: 'Action=DescribeRegions' })
  const body = Buffer.from('Action=DescribeVpcs')
  const { body: answer } = await lab.world.ec2.answer({ ...signed, body })
  expect(answer).toContain('SignatureDoesNotMatch')
})

test('whoever asks too often waits; others, and other actions, do not', async () => {
  const all = { service: 'ec2', body: 'Action=DescribeAvailabilityZones' } as const
  const before = { burst: 0 }
  for (; before.burst < 3; before.burst += 1) expect(await ask(all)).toContain('zoneName')
  expect(await ask(all)).toContain('<Code>RequestLimitExceeded</Code>')
  expect(lab.audit.at(-1)).toMatchObject({ code: 'RequestLimitExceeded' })
  const some = { ...all, body: `${all.body}&ZoneName.1=eu-west-1a` }
  expect(await ask(some)).toContain('zoneName')
  expect(await ask({ ...all, region: 'us-east-1' })).toContain('zoneName')
  steadyMs += 1000
  expect(await ask(all)).toContain('zoneName')
  expect(await ask(all)).toContain('<Code>RequestLimitExceeded</Code>')
})

test('STS and IAM are asked for the first of AWS’s regions, whichever is here; EC2 only where it is', async () => {
  const identity = { body: 'Action=GetCallerIdentity', service: 'sts' } as const
  expect(await ask({ ...identity, region: 'us-east-1' })).toContain('<Arn>')
  expect(await ask({ ...identity, region: 'mars-north-1' })).toContain('InvalidClientTokenId')
  const regions = {
    body: 'Action=DescribeRegions',
    service: 'ec2',
    region: 'mars-north-1',
  } as const
  expect(await ask(regions)).toContain('AuthFailure')
})

test('a key that nobody gave is looked for, but not without end', async () => {
  const strange = { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'none' }
  for (let tries = 0; tries < 30; tries += 1) {
    const asking = { service: 'ec2', body: 'Action=DescribeRegions', credentials: strange } as const
    expect(await ask(asking)).toContain('AuthFailure')
  }
})

type Asking = {
  readonly service: 'ec2' | 'sts'
  readonly body: string
  readonly region?: string
  readonly credentials?: Credentials
  readonly signedAheadMs?: number
}

async function ask(asking: Asking): Promise<string> {
  return (await lab.world.ec2.answer(await sign(asking))).body
}

async function sign(asking: Asking): Promise<DoorRequest> {
  const { service, body, region = 'eu-west-1', credentials = lab.root, signedAheadMs = 0 } = asking
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 })
  const headers = { host: 'localhost', 'content-type': 'application/x-www-form-urlencoded' }
  const request = { method: 'POST', protocol: 'http:', hostname: 'localhost', path: '/' }
  const signingDate = new Date(Date.now() + signedAheadMs)
  const signed = await signer.sign({ ...request, headers, body }, { signingDate })
  return {
    method: 'POST',
    target: '/',
    headers: signed.headers,
    body: Buffer.from(body),
    sourceAddress: '192.0.2.7',
  }
}
