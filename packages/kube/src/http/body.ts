import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'

import type { Json } from '../json.ts'
import { assertPlain } from '../resource/plain.ts'
import { statusError } from '../status-error.ts'
import type { HttpLimits } from './limits.ts'

type BodyLimits = Pick<HttpLimits, 'bodyBytes' | 'bodyMs'>

/** Media types of bodies that are JSON; so is one that does not say. */
const jsonTypes =
  /^$|^application\/(json|(json-patch|merge-patch|strategic-merge-patch)\+json|apply-patch\+yaml)$/

/**
 * Returns the body of a request; nothing where it has none.
 *
 * @throws {@link StatusError} where it is too long, no JSON, or of a media type that is not taken.
 */
export async function readBody(
  request: IncomingMessage | Http2ServerRequest,
  { contentType, limits }: { readonly contentType: string; readonly limits: BodyLimits },
): Promise<Json | undefined> {
  const bytes = await readBytes(request, limits)
  if (bytes.length === 0) return undefined
  if (!jsonTypes.test(contentType)) throw unsupported(contentType)
  const body = parseJson(bytes.toString())
  assertPlain(body)
  return body
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch (failure) {
    const why = failure instanceof Error ? failure.message : String(failure)
    throw statusError('BadRequest', `the object provided is unrecognized: json parse error: ${why}`)
  }
}

async function readBytes(
  request: IncomingMessage | Http2ServerRequest,
  { bodyBytes, bodyMs }: BodyLimits,
): Promise<Buffer> {
  // One that says so itself is refused before it is read, so that the answer arrives.
  if (Number(request.headers['content-length'] ?? 0) > bodyBytes) throw tooLarge(bodyBytes)
  const sender = 'stream' in request ? request.stream : request
  const overdue = setTimeout(() => sender.destroy(), bodyMs)
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request) {
      size += (chunk as Buffer).length
      if (size > bodyBytes) break
      chunks.push(chunk as Buffer)
    }
  } catch {
    throw statusError('BadRequest', 'The body ended early.')
  } finally {
    clearTimeout(overdue)
  }
  if (size <= bodyBytes) return Buffer.concat(chunks)
  throw tooLarge(bodyBytes)
}

function tooLarge(maxBytes: number) {
  const message = `Request entity too large: limit is ${maxBytes}`
  return statusError('RequestEntityTooLarge', message, { hint: 'Send less at once.' })
}

/** What to do stands in the message: of a Status kubectl shows nothing else. */
function unsupported(contentType: string) {
  const isProtobuf = contentType === 'application/vnd.kubernetes.protobuf'
  const advice = isProtobuf
    ? 'write the object to a file with --dry-run=client -o yaml, and create it with kubectl create -f'
    : 'send JSON'
  const message = `the body of the request was in an unknown format (${contentType}) - accepted media types include: application/json; ${advice}`
  return statusError('UnsupportedMediaType', message)
}
