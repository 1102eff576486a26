import { createHash } from 'node:crypto'

import { SignatureV4 } from '@smithy/signature-v4'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { Sha256 } from '../../test/lab/sha256.ts'
import { SignatureError } from './errors.ts'
import { createSignatureCheck } from './signing-key.ts'
import { checkSignature, readSignature, type SignedRequest } from './sigv4.ts'

/** AWS's own signer signs; what is changed afterwards is refused. */

const isSigned = createSignatureCheck()
const accessKeyId = 'NQIAEXAMPLE'
const secret = 'a secret of forty characters, or so many'
const now = new Date('2026-11-26T12:00:00Z')
const host = '127.0.0.1:8773'
const form = 'Action=DescribeInstances&Version=2016-11-15'

test('what AWS’s signer signs is its signer’s, by header and by query, in any region', async () => {
  const texts = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.toWellFormed())
  const region = fc.constantFrom('us-east-1', 'nexqloud-local')
  const parameters = fc.dictionary(
    texts.filter((text) => !/^x-amz-/i.test(text)),
    texts,
    { maxKeys: 4 },
  )
  const signing = fc.record({ query: parameters, body: texts, region, isPresigned: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(signing, async ({ body, ...own }) => {
      const request = await sign({ ...own, body: own.isPresigned ? '' : body })
      const claim = readSignature(request)
      expect(claim).toMatchObject({ accessKeyId, region: own.region, service: 'ec2' })
      checkSignature(claim, { secret, isSigned, nowMs: now.getTime() })
    }),
    { numRuns: 50 },
  )
})

test('a session’s token is signed with the rest', async () => {
  const request = await sign({ token: 'temporary' })
  const claim = readSignature(request)
  expect(claim.sessionToken).toBe('temporary')
  checkSignature(claim, { secret, isSigned, nowMs: now.getTime() })
  const headers = { ...request.headers, 'x-amz-security-token': 'another' }
  expect(codeOf({ ...request, headers })).toBe('SignatureDoesNotMatch')
})

test('a request that was changed after it was signed is nobody’s', async () => {
  const request = await sign({ query: { a: '1' } })
  expect(codeOf(request)).toBe('none')
  const changes: Partial<SignedRequest>[] = [
    { body: Buffer.from(`${form}&DryRun=true`) },
    { method: 'GET' },
    { target: '/?a=2' },
    { target: '/other?a=1' },
    { target: '/?a=1&b=1' },
    { headers: { ...request.headers, host: 'elsewhere' } },
    { headers: { ...request.headers, 'x-amz-date': '20261126T120001Z' } },
  ]
  for (const change of changes) {
    expect(codeOf({ ...request, ...change })).toBe('SignatureDoesNotMatch')
  }
})

test('which action of JSON is asked for has to be signed', async () => {
  const request = await sign({})
  const headers = { ...request.headers, 'x-amz-target': 'AmazonSSM.GetParameter' }
  expect(codeOf({ ...request, headers })).toBe('IncompleteSignature')
})

test('another secret is not the one', async () => {
  expect(codeOf(await sign({}), { secret: `${secret}.` })).toBe('SignatureDoesNotMatch')
})

test('a body that is not the one whose hash was signed is found by the hash, too', async () => {
  const request = await sign({})
  const { headers } = request
  const signed = { ...headers, 'x-amz-content-sha256': hashOf(form) }
  expect(codeOf({ ...request, headers: signed })).toBe('none')
  const other = { ...headers, 'x-amz-content-sha256': hashOf('other') }
  expect(codeOf({ ...request, headers: other })).toBe('SignatureDoesNotMatch')
})

test.each([
  [-301, 'RequestExpired'],
  [-299, 'none'],
  [299, 'none'],
  [301, 'RequestExpired'],
])('a clock that is %i s away: %s', async (seconds, code) => {
  expect(codeOf(await sign({}), { nowMs: now.getTime() + seconds * 1000 })).toBe(code)
})

test('a presigned request counts as long as it says', async () => {
  const request = await sign({ isPresigned: true })
  expect(codeOf(request, { nowMs: now.getTime() + 899_000 })).toBe('none')
  expect(codeOf(request, { nowMs: now.getTime() + 901_000 })).toBe('RequestExpired')
})

test('who signs nothing, or says too little, is told what is missing', async () => {
  const request = await sign({})
  const { authorization = '' } = request.headers
  const unsigned = { ...request.headers, authorization: undefined }
  expect(codeOf({ ...request, headers: unsigned })).toBe('MissingAuthenticationToken')
  const broken = [
    authorization.replace('AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA1'),
    authorization.replace(/Signature=.*/, 'Signature=xyz'),
    authorization.replace('/aws4_request', ''),
    authorization.replace('SignedHeaders=', 'Headers='),
    authorization.replace('host;', ''),
    authorization.replace('20261126', '20261125'),
    authorization.replace('host;', 'host;__proto__;'),
    'Bearer token',
    '',
  ]
  for (const each of broken) {
    const headers = { ...request.headers, authorization: each }
    expect(codeOf({ ...request, headers })).toBe('IncompleteSignature')
  }
})

test('whatever stands in the header, it is refused in AWS’s words', () => {
  const word = fc.constantFrom(
    'Credential=',
    'a/20261126/r/ec2/aws4_request',
    'Signature=',
    ',',
    ' ',
  )
  const header = fc.oneof(
    fc.string(),
    fc.array(word).map((words) => `AWS4-HMAC-SHA256 ${words.join('')}`),
  )
  fc.assert(
    fc.property(header, fc.string(), (authorization, target) => {
      const headers = { host, authorization, 'x-amz-date': '20261126T120000Z' }
      const code = codeOf({ method: 'POST', target, headers, body: Buffer.of() })
      expect(code).toBe('IncompleteSignature')
    }),
  )
})

type Signing = {
  readonly query?: Readonly<Record<string, string>>
  readonly body?: string
  readonly region?: string
  readonly token?: string
  readonly isPresigned?: boolean
}

async function sign({
  query = {},
  body = form,
  region = 'us-east-1',
  token,
  isPresigned = false,
}: Signing): Promise<SignedRequest> {
  const signer = new SignatureV4({
    service: 'ec2',
    region,
    credentials: { accessKeyId, secretAccessKey: secret, ...(token && { sessionToken: token }) },
    sha256: Sha256,
    applyChecksum: false,
  })
  const request = {
    method: 'POST',
    protocol: 'http:',
    hostname: '127.0.0.1',
    port: 8773,
    path: '/',
    query: { ...query },
    headers: { host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body,
  }
  const options = { signingDate: now }
  const signed = isPresigned
    ? await signer.presign(request, { ...options, expiresIn: 900 })
    : await signer.sign(request, options)
  const pairs = Object.entries(signed.query ?? {}).map(([name, value]) =>
    [name, String(value)].map(encodeURIComponent).join('='),
  )
  const target = pairs.length === 0 ? '/' : `/?${pairs.join('&')}`
  return { method: 'POST', target, headers: signed.headers, body: Buffer.from(body) }
}

function codeOf(
  request: SignedRequest,
  { secret: own = secret, nowMs = now.getTime() }: { secret?: string; nowMs?: number } = {},
): string {
  try {
    checkSignature(readSignature(request), { secret: own, isSigned, nowMs })
    return 'none'
  } catch (failure) {
    if (failure instanceof SignatureError) return failure.awsCode
    throw failure
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
