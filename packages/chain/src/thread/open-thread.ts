import { Worker, type ResourceLimits } from 'node:worker_threads'

import { ThreadFailedError, type Answer } from './thread-message.ts'

/** A thread that answers calls. */
export type Thread = {
  /**
   * Calls a method of the thread; what goes in and out is copied.
   *
   * @throws {@link ThreadFailedError} where the method fails there, or the thread ends before it answers.
   */
  readonly call: (method: string, ...args: readonly unknown[]) => Promise<unknown>
  /** Ends the thread, whatever it does. */
  readonly terminate: () => Promise<void>
}

type Waiting = {
  readonly resolve: (result: unknown) => void
  readonly reject: (failure: ThreadFailedError) => void
}

/**
 * Room for what is new in a thread's heap. V8 would take up to 100 MB: the thread that makes blocks then holds 50 MB more,
 * and needs no less CPU for them.
 */
const YOUNG_MB = 12

/** Starts the module at `url` as a thread, with `data` as its `workerData`; one that needs more memory than it may ends. */
export function openThread(url: URL, data: unknown, resourceLimits: ResourceLimits = {}): Thread {
  const worker = new Worker(url, {
    workerData: data,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, ...resourceLimits },
  })
  const waiting = new Map<number, Waiting>()
  let ended: ThreadFailedError | undefined
  let nextId = 0

  const end = (message: string): void => {
    ended ??= new ThreadFailedError({ name: 'ThreadEnded', message, kind: 'unavailable' })
    for (const { reject } of waiting.values()) reject(ended)
    waiting.clear()
  }

  worker.on('message', (answer: Answer) => {
    const caller = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('failure' in answer) caller?.reject(new ThreadFailedError(answer.failure))
    else caller?.resolve(answer.result)
  })
  worker.on('error', (error) => {
    const reason = error instanceof Error ? error.message : String(error)
    end(`A thread of the node failed: ${reason}`)
  })
  worker.on('exit', () => end('A thread of the node has ended.'))

  return {
    call: (method, ...args) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) return reject(ended)
        nextId += 1
        waiting.set(nextId, { resolve, reject })
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none
        worker.postMessage({ id: nextId, method, args })
      }),
    terminate: async () => {
      await worker.terminate()
    },
  }
}
