import type { Clock } from '@nexqloud/kernel'

import { RpcError, rpcCode } from './errors.ts'

/** How long somebody waits for an answer. */
export type Deadline = {
  /** Aborts when nobody waits any more; its reason is the {@link RpcError} that says why. */
  readonly signal: AbortSignal
  /** Rejects with that reason; never resolves. */
  readonly passed: Promise<never>
  /** Has to be called when the answer is there. */
  readonly end: () => void
}

/** What a deadline is made of. */
export type DeadlineParts = {
  readonly clock: Clock
  readonly timeoutMs: number
  /** Aborts when the client has gone. */
  readonly gone: AbortSignal | undefined
}

/** Begins to wait. */
export function createDeadline({ clock, timeoutMs, gone }: DeadlineParts): Deadline {
  const [answered, over] = [new AbortController(), new AbortController()]
  const { promise: passed, reject } = Promise.withResolvers<never>()
  passed.catch(() => {})
  const giveUp = (reason: RpcError): void => {
    over.abort(reason)
    reject(reason)
  }
  const leave = (): void => giveUp(new RpcError(rpcCode.server, 'the client has gone'))
  const wait = async (): Promise<void> => {
    await clock.delay(timeoutMs, answered.signal)
    if (!answered.signal.aborted) giveUp(new RpcError(rpcCode.timeout, 'request timed out'))
  }
  if (gone?.aborted) leave()
  gone?.addEventListener('abort', leave)
  void wait()
  return {
    signal: over.signal,
    passed,
    end: () => {
      // Without a reason an error would be made for each answer.
      answered.abort(null)
      gone?.removeEventListener('abort', leave)
    },
  }
}
