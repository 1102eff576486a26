import type { Clock } from '@nexqloud/kernel'

import { openThread } from '../thread/open-thread.ts'
import type { EngineThreadData } from './engine-thread.ts'
import type { ExecutionEngine } from './execution-engine.ts'

/** A thread that is asked to close has so long for it: a block that it builds for longer is decided by nobody. */
const CLOSE_MS = 2000

/** Opens execution on a thread of its own, over a LevelDB that has block 0. */
export function openEngineThread(
  data: EngineThreadData,
  { clock }: { readonly clock: Pick<Clock, 'delay'> },
): ExecutionEngine {
  const thread = openThread(new URL('./engine-thread.ts', import.meta.url), data)
  const call =
    <Name extends keyof ExecutionEngine>(name: Name) =>
    (...args: Parameters<ExecutionEngine[Name]>) =>
      thread.call(name, ...args) as ReturnType<ExecutionEngine[Name]>
  let closed: Promise<void> | undefined
  return {
    forkchoiceUpdated: call('forkchoiceUpdated'),
    getPayload: call('getPayload'),
    newPayload: call('newPayload'),
    close: () => {
      closed ??= (async () => {
        const answered = new AbortController()
        try {
          await Promise.race([
            thread.call('close').catch(() => {}),
            clock.delay(CLOSE_MS, answered.signal),
          ])
        } finally {
          answered.abort()
          await thread.terminate()
        }
      })()
      return closed
    },
  }
}
