/** A line that takes its time: loopback hides what flow control costs at a real distance. */

import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A port behind which another one lies, some milliseconds away. */
export type DelayRelay = { readonly port: number; readonly close: () => void }

/** Opens a line to a port of this machine. */
export async function openDelayRelay(target: number, oneWayMs: number): Promise<DelayRelay> {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: target, host: '127.0.0.1', noDelay: true })
    for (const socket of [near, far]) sockets.add(socket)
    delay(near, far, oneWayMs)
    delay(far, near, oneWayMs)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

function delay(from: Socket, to: Socket, oneWayMs: number): void {
  const waiting: { readonly atMs: number; readonly bytes: Buffer }[] = []
  let timer: NodeJS.Timeout | undefined
  const send = (): void => {
    const nowMs = performance.now()
    for (let next = waiting[0]; next !== undefined && next.atMs <= nowMs; next = waiting[0]) {
      to.write(next.bytes)
      waiting.shift()
    }
    const [first] = waiting
    timer = first && setTimeout(send, Math.max(1, first.atMs - performance.now()))
  }
  from.on('data', (bytes) => {
    waiting.push({ atMs: performance.now() + oneWayMs, bytes: Buffer.from(bytes) })
    timer ??= setTimeout(send, oneWayMs)
  })
  from.on('error', () => to.destroy())
  from.on('close', () => setTimeout(() => to.destroy(), 2 * oneWayMs))
}
