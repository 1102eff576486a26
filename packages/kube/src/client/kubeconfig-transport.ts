import { fetch, type Dispatcher, type Response } from 'undici'

import type { WatchEvent } from '../server/request.ts'
import { StatusError, type Status } from '../status-error.ts'
import { ApiUnreachableError } from './errors.ts'
import type { ApiCall, Transport } from './transport.ts'

/** An API server that has not answered a call after so long never will; watches may be silent for minutes. */
const CALL_TIMEOUT_MS = 30_000

/**
 * Returns the way to any Kubernetes that a kubeconfig names; the official client reads it, and speaks for its user: certificate,
 * token, command or proxy. It is loaded here, since that takes half a second and 90 MB.
 */
export async function openKubeconfigTransport(kubeconfig: string): Promise<Transport> {
  const { HttpMethod, KubeConfig, RequestContext } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  config.loadFromString(kubeconfig)
  const server = config.getCurrentCluster()?.server ?? ''
  const used = new Set<Dispatcher>()

  async function send(call: ApiCall): Promise<Response> {
    const url = new URL(`${server}${call.path}?${new URLSearchParams(call.query).toString()}`)
    const context = new RequestContext(url.href, HttpMethod.GET)
    const headers = {
      accept: 'application/json',
      ...(call.body && { 'content-type': call.body.mediaType }),
    }
    try {
      await config.applySecurityAuthentication(context)
      const dispatcher = context.getDispatcher()
      if (dispatcher !== undefined) used.add(dispatcher)
      return await fetch(url, {
        method: call.method,
        headers: { ...context.getHeaders(), ...headers },
        ...(call.body && { body: JSON.stringify(call.body.json) }),
        ...(dispatcher && { dispatcher }),
        ...(call.signal && { signal: call.signal }),
      })
    } catch (failure) {
      throw new ApiUnreachableError(server, failure)
    }
  }

  return {
    call: async (call) => {
      const deadline = AbortSignal.timeout(CALL_TIMEOUT_MS)
      const signal = call.signal ? AbortSignal.any([call.signal, deadline]) : deadline
      const response = await send({ ...call, signal })
      await assertDone(response)
      return response.json()
    },
    async *watch(call) {
      const response = await send(call)
      await assertDone(response)
      try {
        yield* readEvents(response)
      } catch (failure) {
        if (call.signal?.aborted !== true) throw new ApiUnreachableError(server, failure)
      }
    },
    close: async () => {
      await Promise.all([...used].map((dispatcher) => dispatcher.destroy()))
    },
  }
}

async function assertDone(response: Response): Promise<void> {
  if (response.ok) return
  const text = await response.text()
  throw new StatusError(parseStatus(text, response.status))
}

function parseStatus(text: string, code: number): Status {
  try {
    const status = JSON.parse(text) as Status
    if (status.kind === 'Status') return status
  } catch {
    // Something in between answered: what it said is the message.
  }
  const message = text.slice(0, 500)
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code }
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
