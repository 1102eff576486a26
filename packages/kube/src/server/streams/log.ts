import type { ResourceRequest } from '../context.ts'
import type { ApiResponse } from '../request.ts'
import { findContainer } from './container-target.ts'
import type { LogOptions } from './kubelet-streams.ts'

/** Answers with a container's log. */
export async function readLog(asked: ResourceRequest): Promise<ApiResponse> {
  const { target, streams } = findContainer(asked)
  const { query, signal } = asked.request
  const bytes = await openLog(streams.log(target, parseLogOptions(query), signal))
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: { bytes } }
}

/** Returns what part of a log a query asks for. */
export function parseLogOptions(query: URLSearchParams): LogOptions {
  const number = (name: string) => (query.has(name) ? Number(query.get(name)) : undefined)
  return {
    follow: query.get('follow') === 'true',
    previous: query.get('previous') === 'true',
    timestamps: query.get('timestamps') === 'true',
    tailLines: number('tailLines'),
    sinceSeconds: number('sinceSeconds'),
    limitBytes: number('limitBytes'),
    sinceTime: query.get('sinceTime') ?? undefined,
  }
}

/** Returns a log once its first bytes are there: a refusal comes before them, and is answered as such. */
export async function openLog(log: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const bytes = log[Symbol.asyncIterator]()
  return rest(await bytes.next(), bytes)
}

async function* rest(
  first: IteratorResult<Uint8Array>,
  bytes: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    for (let next = first; next.done !== true; next = await bytes.next()) yield next.value
  } finally {
    await bytes.return?.()
  }
}
