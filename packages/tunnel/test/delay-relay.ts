/** A line that takes its time: loopback hides what flow control costs at a real distance. */

import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A port behind which another one lies, some milliseconds away. */
export type DelayRelay = { readonly port: number; readonly close: () => void }

/** What a line is like. */
export type Line = {
  readonly oneWayMs: number
  /** What it carries each way; what comes faster waits, as at a router. */
  readonly bytesPerSecond?: number
}

/** What a line's router holds at most: more waits at whoever sends it. */
const ROUTER_BYTES = 256 << 10

/** Opens a line to a port of this machine. */
export async function openDelayRelay(target: number, line: Line): Promise<DelayRelay> {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: target, host: '127.0.0.1', noDelay: true })
    for (const socket of [near, far]) sockets.add(socket)
    delay(near, far, line)
    delay(far, near, line)
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

function delay(from: Socket, to: Socket, { oneWayMs, bytesPerSecond = Infinity }: Line): void {
  const waiting: { readonly atMs: number; readonly bytes: Buffer }[] = []
  const routerMs = (ROUTER_BYTES / bytesPerSecond) * 1000
  let timer: NodeJS.Timeout | undefined
  /** When the router has sent all that it holds. */
  let sentMs = 0
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
    const nowMs = performance.now()
    sentMs = Math.max(nowMs, sentMs) + (bytes.length / bytesPerSecond) * 1000
    waiting.push({ atMs: sentMs + oneWayMs, bytes: Buffer.from(bytes) })
    if (sentMs - nowMs > routerMs) {
      from.pause()
      setTimeout(() => from.resume(), sentMs - nowMs - routerMs / 2)
    }
    timer ??= setTimeout(send, oneWayMs)
  })
  from.on('error', () => to.destroy())
  from.on('close', () => setTimeout(() => to.destroy(), 2 * oneWayMs))
}
