import type { Response } from 'undici'

import type { WatchEvent } from '../server/request.ts'
import { ApiUnreachableError } from './errors.ts'
import { openKubeconfig } from './kubeconfig.ts'
import type { Transport } from './transport.ts'

/** An API server that has not answered a call after so long never will; watches may be silent for minutes. */
const CALL_TIMEOUT_MS = 30_000

/** Returns the way to any Kubernetes that a kubeconfig names. */
export async function openKubeconfigTransport(kubeconfig: string): Promise<Transport> {
  const { server, send, close } = await openKubeconfig(kubeconfig)
  return {
    call: async (call) => {
      const deadline = AbortSignal.timeout(CALL_TIMEOUT_MS)
      const signal = call.signal ? AbortSignal.any([call.signal, deadline]) : deadline
      const response = await send({ ...call, signal })
      const text = await response.text().catch((failure: unknown) => {
        throw new ApiUnreachableError(server, failure)
      })
      return JSON.parse(text) as unknown
    },
    async *watch(call) {
      const response = await send(call)
      try {
        yield* readEvents(response)
      } catch (failure) {
        if (call.signal?.aborted !== true) throw new ApiUnreachableError(server, failure)
      }
    },
    close,
  }
}

async function* readEvents(response: Response): AsyncGenerator<WatchEvent> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of response.body ?? []) {
    const lines = `${rest}${decoder.decode(chunk as Uint8Array, { stream: true })}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') yield JSON.parse(line) as WatchEvent
  }
}
