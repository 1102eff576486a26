import type { ResourceRequest } from '../context.ts'
import type { ApiResponse } from '../request.ts'
import { findContainer } from './container-target.ts'

/** Answers with a container's log. */
export async function readLog(asked: ResourceRequest): Promise<ApiResponse> {
  const { target, streams } = findContainer(asked)
  const { query, signal } = asked.request
  const number = (name: string) => (query.has(name) ? Number(query.get(name)) : undefined)
  const options = {
    follow: query.get('follow') === 'true',
    previous: query.get('previous') === 'true',
    timestamps: query.get('timestamps') === 'true',
    tailLines: number('tailLines'),
    sinceSeconds: number('sinceSeconds'),
    limitBytes: number('limitBytes'),
    sinceTime: query.get('sinceTime') ?? undefined,
  }
  const bytes = streams.log(target, options, signal)[Symbol.asyncIterator]()
  // A refusal comes before the first byte, and is answered as such.
  const first = await bytes.next()
  return {
    status: 200,
    headers: { 'content-type': 'text/plain' },
    body: { bytes: rest(first, bytes) },
  }
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
