import type { MessagePort } from 'node:worker_threads'

import { errorToFailure, type Answer, type Call } from './thread-message.ts'

/** What a thread does for the one that started it. */
export type ThreadMethods = Readonly<Record<string, (...args: never[]) => Promise<unknown>>>

/** Answers calls that come over a port; calls with a name that the thread does not have fail. */
export function serveThread(port: MessagePort, methods: ThreadMethods): void {
  port.on('message', ({ id, method, args }: Call) => {
    void answer(id, () => callMethod(methods, { method, args })).then((result) =>
      port.postMessage(result),
    )
  })
}

async function callMethod(
  methods: ThreadMethods,
  { method, args }: Pick<Call, 'method' | 'args'>,
): Promise<unknown> {
  const found = Object.hasOwn(methods, method) ? methods[method] : undefined
  if (found === undefined) throw new RangeError(`This thread has no method ${method}.`)
  return found(...(args as never[]))
}

async function answer(id: number, action: () => Promise<unknown>): Promise<Answer> {
  try {
    return { id, result: await action() }
  } catch (error) {
    return { id, failure: errorToFailure(error) }
  }
}
