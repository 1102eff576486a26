import { createHash } from 'node:crypto'

import { canonicalQuery, encodeUri } from './canonical.ts'
import { SignatureError } from './errors.ts'
import type { IsSigned } from './signing-key.ts'

/** A request as it came: what was signed is these very bytes. */
export type SignedRequest = {
  readonly method: string
  /** As on the request line, with its query. */
  readonly target: string
  /** Names in lower case; of a header that came twice both values, with a comma between. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array
}

/** Who says to have signed a request, and what it is checked by. */
export type SignatureClaim = {
  readonly accessKeyId: string
  readonly region: string
  /** E.g. `ec2`, `sts`. */
  readonly service: string
  readonly sessionToken: string | undefined
  readonly day: string
  readonly signedAtMs: number
  /** Until when a presigned URL counts; nothing of a header's signature, which counts for five minutes. */
  readonly untilMs: number | undefined
  readonly stringToSign: string
  readonly signature: Buffer
}

/** How far a client's clock may be from ours. */
const CLOCK_SKEW_MS = 300_000
/** A presigned URL counts for a week at most. */
const MOST_PRESIGNED_SECONDS = 604_800
const ALGORITHM = 'AWS4-HMAC-SHA256'

/**
 * Returns who says to have signed a request, by its header or by its query. Source: Signature Version 4, AWS's general reference.
 *
 * @throws {@link SignatureError} where nobody says so, or it is not said in full.
 */
export function readSignature(request: SignedRequest): SignatureClaim {
  const { path, query } = splitTarget(request.target)
  const said = sayings(request, query)
  assertTargetSigned(request, said)
  const { accessKeyId, day, region, service } = parseCredential(said)
  const canonical = [
    request.method,
    encodePath(path),
    canonicalQuery(query, 'X-Amz-Signature'),
    ...said.signedHeaders.split(';').map((name) => `${name}:${valueOf(request, name)}`),
    '',
    said.signedHeaders,
    payloadHash(request, said.isPresigned),
  ].join('\n')
  const scope = `${day}/${region}/${service}/aws4_request`
  const signedAtMs = parseAmzDate(said.date)
  return {
    accessKeyId,
    region,
    service,
    sessionToken: said.token,
    day,
    signedAtMs,
    untilMs: said.expires === undefined ? undefined : signedAtMs + said.expires * 1000,
    stringToSign: [ALGORITHM, said.date, scope, sha256(canonical)].join('\n'),
    signature: Buffer.from(said.signature, 'hex'),
  }
}

/** It says which action: with another one the same body would be another request. */
function assertTargetSigned({ headers }: SignedRequest, { signedHeaders }: Sayings): void {
  const hasTarget = headers['x-amz-target'] !== undefined
  if (!hasTarget || signedHeaders.split(';').includes('x-amz-target')) return
  throw incomplete('SignedHeaders must have x-amz-target.')
}

type Credential = Pick<SignatureClaim, 'accessKeyId' | 'day' | 'region' | 'service'>

function parseCredential({ credential, date, signedHeaders }: Sayings): Credential {
  const parts = credential.split('/')
  const [accessKeyId = '', day = '', region = '', service = '', end] = parts
  const isWhole = parts.length === 5 && parts.every((part) => part !== '') && end === 'aws4_request'
  if (!isWhole || !/^\d{8}$/.test(day)) throw incomplete('Credential must have five parts.')
  if (!date.startsWith(day)) {
    throw incomplete('Date in Credential scope is not the date of the request.')
  }
  if (!signedHeaders.split(';').includes('host')) throw incomplete('SignedHeaders must have host.')
  return { accessKeyId, day, region, service }
}

/** Who signed it, and what it is checked with. */
export type SignatureProof = {
  readonly secret: string
  readonly isSigned: IsSigned
  readonly nowMs: number
}

/**
 * Returns where the secret has signed it, and it is still of now.
 *
 * @throws {@link SignatureError}
 */
export function checkSignature(
  claim: SignatureClaim,
  { secret, isSigned, nowMs }: SignatureProof,
): void {
  const { signedAtMs, untilMs } = claim
  if (!isSigned(secret, claim)) {
    throw new SignatureError(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
    )
  }
  const latestMs = untilMs ?? signedAtMs + CLOCK_SKEW_MS
  if (nowMs > latestMs || signedAtMs > nowMs + CLOCK_SKEW_MS) {
    const [signed, now] = [signedAtMs, nowMs].map((ms) => new Date(ms).toISOString())
    throw new SignatureError(
      'RequestExpired',
      `Request has expired: it was signed at ${signed}, and it is ${now}.`,
    )
  }
}

type Sayings = {
  readonly credential: string
  readonly signedHeaders: string
  readonly signature: string
  readonly date: string
  readonly token: string | undefined
  readonly expires: number | undefined
  readonly isPresigned: boolean
}

function sayings({ headers }: SignedRequest, query: string): Sayings {
  const { authorization } = headers
  const said = authorization === undefined ? presigned(query) : inHeader(authorization, headers)
  if (!/^[0-9a-f]{64}$/.test(said.signature))
    throw incomplete('Signature must be 64 digits of hex.')
  if (!/^\d{8}T\d{6}Z$/.test(said.date)) throw incomplete('A date as YYYYMMDDTHHMMSSZ is needed.')
  if (Number.isNaN(parseAmzDate(said.date))) throw incomplete(`${said.date} is no date.`)
  return said
}

function inHeader(authorization: string, headers: SignedRequest['headers']): Sayings {
  const [algorithm, rest] = split(authorization, ' ')
  if (algorithm !== ALGORITHM) throw incomplete(`Authorization must begin with ${ALGORITHM}.`)
  const parts = new Map(rest.split(',').map((part) => split(part.trim(), '=')))
  const part = (name: string): string => {
    const value = parts.get(name)
    if (value === undefined) throw incomplete(`Authorization header requires '${name}' parameter.`)
    return value
  }
  return {
    credential: part('Credential'),
    signedHeaders: part('SignedHeaders'),
    signature: part('Signature'),
    date: headers['x-amz-date'] ?? '',
    token: headers['x-amz-security-token'],
    expires: undefined,
    isPresigned: false,
  }
}

function presigned(query: string): Sayings {
  const parameters = new URLSearchParams(query)
  if (!parameters.has('X-Amz-Signature')) {
    throw new SignatureError(
      'MissingAuthenticationToken',
      'Request is missing Authentication Token',
    )
  }
  const part = (name: string): string => {
    const value = parameters.get(name)
    if (value === null) throw incomplete(`AWS query-string parameters must include '${name}'.`)
    return value
  }
  if (part('X-Amz-Algorithm') !== ALGORITHM)
    throw incomplete(`X-Amz-Algorithm must be ${ALGORITHM}.`)
  const expires = Number(parameters.get('X-Amz-Expires') ?? CLOCK_SKEW_MS / 1000)
  const isCounted = Number.isInteger(expires) && expires > 0 && expires <= MOST_PRESIGNED_SECONDS
  if (!isCounted) throw incomplete('X-Amz-Expires must be a number of seconds, a week at most.')
  return {
    credential: part('X-Amz-Credential'),
    signedHeaders: part('X-Amz-SignedHeaders'),
    signature: part('X-Amz-Signature'),
    date: part('X-Amz-Date'),
    token: parameters.get('X-Amz-Security-Token') ?? undefined,
    expires,
    isPresigned: true,
  }
}

/** What a client says of its body is checked; a presigned one has none. */
function payloadHash({ headers, body }: SignedRequest, isPresigned: boolean): string {
  const own = sha256(body)
  const said = headers['x-amz-content-sha256']
  if (isPresigned || said === undefined || said === own) return own
  throw new SignatureError(
    'SignatureDoesNotMatch',
    'The body is not the one that x-amz-content-sha256 names.',
  )
}

function valueOf({ headers }: SignedRequest, name: string): string {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined
  if (value === undefined)
    throw incomplete(`The signed header '${name.slice(0, 100)}' is not there.`)
  return value.trim().replace(/ +/g, ' ')
}

/** Of all services but S3 a path is written twice. */
function encodePath(path: string): string {
  return path.split('/').map(encodeUri).join('/')
}

function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const [path, query] = split(target, '?')
  return { path: path === '' ? '/' : path, query }
}

function split(text: string, at: string): readonly [string, string] {
  const place = text.indexOf(at)
  return place < 0 ? [text, ''] : [text.slice(0, place), text.slice(place + 1)]
}

function parseAmzDate(date: string): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? []
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

const incomplete = (why: string): SignatureError => new SignatureError('IncompleteSignature', why)
const sha256 = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex')
