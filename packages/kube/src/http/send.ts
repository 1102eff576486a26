import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { gzip } from 'node:zlib'

import { textOf } from '../object.ts'
import type { ApiResponse, WatchEvent } from '../server/request.ts'

/** Answers shorter than this are not worth compressing: kube-apiserver's own limit. */
const GZIP_FROM_BYTES = 128 << 10

/** Sends an answer; resolves once all of it is sent, or the client is gone. */
export async function sendResponse(
  response: ServerResponse,
  { status, headers = {}, body }: ApiResponse,
  acceptsGzip: boolean,
): Promise<void> {
  const type = 'text' in body || 'bytes' in body ? 'text/plain' : 'application/json'
  const head = { 'content-type': type, 'cache-control': 'no-cache, private', ...headers }
  if ('events' in body) return stream(response, head, Readable.from(linesOf(body.events)))
  if ('bytes' in body) return stream(response, head, Readable.from(body.bytes))
  const text = textOfBody(body)
  const isLong = acceptsGzip && text.length >= GZIP_FROM_BYTES
  const bytes = isLong ? await compress(text) : Buffer.from(text)
  const encoding = isLong ? { 'content-encoding': 'gzip' } : {}
  response.writeHead(status, { ...head, ...encoding, 'content-length': bytes.length })
  response.end(bytes)
}

async function stream(
  response: ServerResponse,
  head: Readonly<Record<string, string>>,
  source: Readable,
): Promise<void> {
  response.writeHead(200, head)
  response.flushHeaders()
  // A client that goes away ends its stream, and is no failure.
  await pipeline(source, response).catch(() => {})
}

async function* linesOf(events: AsyncIterable<WatchEvent>): AsyncGenerator<string> {
  for await (const { type, object } of events) {
    yield `{"type":"${type}","object":${textOf(object)}}\n`
  }
}

type Body = Exclude<ApiResponse['body'], { readonly events: unknown } | { readonly bytes: unknown }>

function textOfBody(body: Body): string {
  if ('object' in body) return textOf(body.object)
  if ('text' in body) return body.text
  if ('json' in body) return JSON.stringify(body.json)
  const head = JSON.stringify(body.list.head)
  return `${head.slice(0, -1)},"items":[${body.list.items.map(textOf).join(',')}]}`
}

function compress(text: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gzip(text, { level: 1 }, (error, bytes) => {
      if (error) reject(error)
      else resolve(bytes)
    })
  })
}
