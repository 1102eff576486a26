import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

import { onTestFinished } from 'vitest'

/** Starts what a container would serve: containers in memory have this machine's loopback for a network. */
export async function startOrigin(): Promise<number> {
  const server = createServer((_, response) => response.end('origin')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

/** Returns what is answered, in time. */
export async function ask(url: string, timeoutMs = 60_000): Promise<string> {
  const signal = AbortSignal.timeout(timeoutMs)
  const asked = get(url, { agent: false, signal })
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  return text(response)
}
