import type { ServerResponse } from 'node:http'
import { gzip } from 'node:zlib'

import { textOf } from '../object.ts'
import type { ApiResponse, WatchEvent } from '../server/request.ts'

/** Answers shorter than this are not worth compressing: kube-apiserver's own limit. */
const GZIP_FROM_BYTES = 128 << 10

/** Sends answers; one for all, so that what many watchers are told is written down once. */
export type Sender = (
  response: ServerResponse,
  answer: ApiResponse,
  how: { readonly acceptsGzip: boolean; readonly signal: AbortSignal },
) => Promise<void>

/** Returns what sends answers; each resolves once all of it is sent, or the client is gone. */
export function createSender(): Sender {
  const lineOf = createLines()
  return async (response, { status, headers = {}, body }, { acceptsGzip, signal }) => {
    const type = 'bytes' in body ? 'text/plain' : 'application/json'
    const head = { 'content-type': type, 'cache-control': 'no-cache, private', ...headers }
    if ('events' in body)
      return stream(response, { head, parts: body.events, toBytes: lineOf, signal })
    if ('bytes' in body) {
      return stream(response, { head, parts: body.bytes, toBytes: (bytes) => bytes, signal })
    }
    const text = textOfBody(body)
    const isLong = acceptsGzip && text.length >= GZIP_FROM_BYTES
    const bytes = isLong ? await compress(text) : Buffer.from(text)
    const encoding = isLong ? { 'content-encoding': 'gzip' } : {}
    response.writeHead(status, { ...head, ...encoding, 'content-length': bytes.length })
    response.end(bytes)
  }
}

/** Returns how an event is written: the same one as last time is not written again. */
function createLines(): (event: WatchEvent) => Uint8Array {
  let last: { readonly event: WatchEvent; readonly line: Uint8Array } | undefined
  return (event) => {
    const { type, object } = event
    if (last?.event.object === object && last.event.type === type) return last.line
    const line = Buffer.from(`{"type":"${type}","object":${textOf(object)}}\n`)
    last = { event, line }
    return line
  }
}

async function stream<Part>(
  response: ServerResponse,
  {
    head,
    parts,
    toBytes,
    signal,
  }: {
    readonly head: Readonly<Record<string, string>>
    readonly parts: AsyncIterable<Part>
    readonly toBytes: (part: Part) => Uint8Array
    /** Aborted once the client is gone: what is written then is never drained. */
    readonly signal: AbortSignal
  },
): Promise<void> {
  response.writeHead(200, head)
  response.flushHeaders()
  for await (const part of parts) {
    if (signal.aborted) return
    if (!response.write(toBytes(part))) await drained(response, signal)
  }
  response.end()
}

/** Resolves once the client has room again, or is gone. */
function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      response.off('drain', end)
      signal.removeEventListener('abort', end)
      resolve()
    }
    if (signal.aborted) return resolve()
    response.on('drain', end)
    signal.addEventListener('abort', end)
  })
}

type Body = Exclude<ApiResponse['body'], { readonly events: unknown } | { readonly bytes: unknown }>

function textOfBody(body: Body): string {
  if ('object' in body) return textOf(body.object)
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
