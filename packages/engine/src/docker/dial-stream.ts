import { Readable } from 'node:stream'

import type Docker from 'dockerode'

/** A GET whose answer is read as it comes; dockerode itself reads some to their end before it returns them. */
type StreamRequest = {
  readonly path: string
  readonly query: Readonly<Record<string, unknown>>
  readonly signal: AbortSignal | undefined
}

/** Asks for a stream; one that is given up before it begins is empty. */
export function dialStream(
  docker: Docker,
  { path, query, signal }: StreamRequest,
): Promise<NodeJS.ReadableStream> {
  const options = {
    method: 'GET',
    path,
    options: { ...query },
    isStream: true,
    statusCodes: { 200: true },
    ...(signal !== undefined && { abortSignal: signal }),
  }
  return new Promise((resolve, reject) => {
    docker.modem.dial(options, (failure: Error | null, stream) => {
      if (failure === null) resolve(stream as NodeJS.ReadableStream)
      else if (signal?.aborted === true) resolve(Readable.from([]))
      else reject(failure)
    })
  })
}
