import type { KubeObject } from '../object.ts'
import type { ApiServer } from '../server/api-server.ts'
import type { ApiResponse } from '../server/request.ts'
import type { User } from '../server/user.ts'
import { StatusError, type Status } from '../status-error.ts'
import type { ApiCall, Transport } from './transport.ts'

/** Returns the way to a server in this process, as a user of it. Objects come as they are kept: never change them. */
export function createInProcessTransport(server: ApiServer, user: User): Transport {
  const never = new AbortController().signal

  async function send({ method, path, query, body, signal }: ApiCall): Promise<ApiResponse> {
    const response = await server.handle({
      method,
      path,
      query: new URLSearchParams(query),
      accept: 'application/json',
      contentType: body?.mediaType ?? '',
      body: body?.json,
      user,
      signal: signal ?? never,
    })
    if (response.status >= 400 && 'json' in response.body) {
      throw new StatusError(response.body.json as Status)
    }
    return response
  }

  return {
    call: async (call) => valueOf(await send(call)),
    async *watch(call) {
      const { body } = await send(call)
      if ('events' in body) yield* body.events
    },
    close: async () => {},
  }
}

function valueOf({ body }: ApiResponse): unknown {
  if ('object' in body) return body.object
  if ('list' in body)
    return { ...body.list.head, items: body.list.items satisfies readonly KubeObject[] }
  return 'json' in body ? body.json : undefined
}
