import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'

import { isCode } from '../whole-file.ts'
import { blobFileOf, MANIFEST, type ImageLayout } from './image-layout.ts'

/** A registry that has one image, for reading. Source: OCI distribution specification 1.1, the category "pull". */
export type Registry = {
  /** `host:port/name@digest`. */
  readonly image: string
  readonly close: () => Promise<void>
}

/** Engines take images without TLS from there. */
const LOOPBACK = '127.0.0.1'

/** Serves an image on a port of loopback, without TLS. */
export async function openRegistry(
  layout: ImageLayout,
  { name, port }: { readonly name: string; readonly port: number },
): Promise<Registry> {
  const server = createServer((request, response) => {
    answer(layout, request, response).catch(() => response.destroy())
  })
  server.listen(port, LOOPBACK)
  await once(server, 'listening')
  const { port: taken } = server.address() as AddressInfo
  return {
    image: `${LOOPBACK}:${taken}/${name}@${layout.digest}`,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

const asked = /^\/v2\/[a-z0-9/_.-]+\/(?<kind>manifests|blobs)\/(?<digest>sha256:[0-9a-f]{64})$/

async function answer(
  layout: ImageLayout,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.url === '/v2/') return void response.end('{}')
  const { kind, digest = '' } = asked.exec(request.url ?? '')?.groups ?? {}
  const file = blobFileOf(layout, digest)
  const size = kind === undefined ? undefined : await sizeOf(file)
  if (size === undefined) {
    response.writeHead(404, { 'content-type': 'application/json' })
    return void response.end('{"errors":[{"code":"NAME_UNKNOWN","message":"not here"}]}')
  }
  response.writeHead(200, {
    'content-type': kind === 'manifests' ? MANIFEST : 'application/octet-stream',
    'content-length': size,
    'docker-content-digest': digest,
  })
  if (request.method === 'HEAD') return void response.end()
  await pipeline(createReadStream(file), response)
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}
