import { Agent, request } from 'node:http'

/** Asks a node over HTTP, always on the same connections. */
export type RpcClient = {
  /** Returns the result; throws where the node answers with an error. */
  readonly ask: (method: string, ...params: readonly unknown[]) => Promise<unknown>
  /** Sends many requests in one body and returns their results in order. */
  readonly askAll: (calls: readonly Call[]) => Promise<readonly unknown[]>
  readonly close: () => void
}

type Call = { readonly method: string; readonly params: readonly unknown[] }
type Answer = {
  readonly id: number
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

/** Returns a client of the node at this URL. */
export function createRpcClient(url: string): RpcClient {
  const agent = new Agent({ keepAlive: true })
  const post = (body: unknown) => exchange(url, { agent, body: JSON.stringify(body) })
  return {
    ask: async (method, ...params) =>
      resultOf((await post({ jsonrpc: '2.0', id: 1, method, params })) as Answer),
    askAll: async (calls) => {
      const batch = calls.map((call, id) => ({ jsonrpc: '2.0', id, ...call }))
      const answers = (await post(batch)) as readonly Answer[]
      return answers.toSorted((a, b) => a.id - b.id).map(resultOf)
    },
    close: () => agent.destroy(),
  }
}

function resultOf({ result, error }: Answer): unknown {
  if (error !== undefined) throw new Error(`The node answers: ${error.message}`)
  return result
}

function exchange(
  url: string,
  { agent, body }: { readonly agent: Agent; readonly body: string },
): Promise<unknown> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString()))
        } catch (cause) {
          reject(new Error(`The node answers no JSON, with ${response.statusCode}.`, { cause }))
        }
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
