import { openThread } from '../thread/open-thread.ts'
import type { EngineThreadData } from './engine-thread.ts'
import type { ExecutionEngine } from './execution-engine.ts'

/** Opens execution on a thread of its own, over a LevelDB that has block 0. */
export function openEngineThread(data: EngineThreadData): ExecutionEngine {
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
        await thread.call('close').catch(() => {})
        await thread.terminate()
      })()
      return closed
    },
  }
}
