import type { RpcFailure } from './errors.ts'
import { rpcCode } from './errors.ts'
import type { RpcLimits } from './limits.ts'

/** How much of large requests is held, from their first byte to their answer. */
export type ReceiveBudget = {
  /** Makes room for a client's request; returns how to give it back, or nothing where there is none. */
  readonly take: (client: string, bytes: number) => (() => void) | undefined
}

/** Less than this has room always, so that nobody's large requests are in the way of anybody's small ones. */
const SMALL_BYTES = 64 << 10

/** What a client is told whose request has no room. */
export const noRoomFailure: RpcFailure = {
  code: rpcCode.limitExceeded,
  message: 'limit exceeded: too many large requests wait for their answers, try again in a moment',
}

/** Returns a budget of which nothing is taken. */
export function createReceiveBudget({
  requestBytes,
  requestBytesInAll,
}: Pick<RpcLimits, 'requestBytes' | 'requestBytesInAll'>): ReceiveBudget {
  /** Bytes by client; none is 0. */
  const taken = new Map<string, number>()
  let all = 0

  function change(client: string, bytes: number): void {
    const own = (taken.get(client) ?? 0) + bytes
    if (own === 0) taken.delete(client)
    else taken.set(client, own)
    all += bytes
  }

  return {
    take: (client, bytes) => {
      if (bytes < SMALL_BYTES) return () => {}
      const own = taken.get(client) ?? 0
      if (own + bytes > requestBytes || all + bytes > requestBytesInAll) return undefined
      change(client, bytes)
      return () => change(client, -bytes)
    },
  }
}
