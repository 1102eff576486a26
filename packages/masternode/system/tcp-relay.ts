/** A way to a port of this machine that a test may cut as a router that dies does: nobody is told. */

import { once } from 'node:events'
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'

/** What a test may do to the way. */
export type TcpRelay = {
  readonly port: number
  /** Lets nothing through any more, neither way. Connections of now stay mute for ever, those that are begun meanwhile, too. */
  readonly cut: () => void
  /** Lets new connections through. */
  readonly mend: () => void
  readonly close: () => Promise<void>
}

/** Opens a way to a port. */
export async function openTcpRelay(target: number): Promise<TcpRelay> {
  const sockets = new Set<Socket>()
  let isCut = false
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
  }
  const mute = (socket: Socket): void => {
    socket.removeAllListeners('data')
    socket.on('data', () => {})
  }
  const server = createServer((near) => {
    keep(near)
    if (isCut) return mute(near)
    const far = connect(target, '127.0.0.1')
    keep(far)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (bytes) => to.write(bytes))
      from.on('close', () => {
        if (!isCut) to.destroy()
      })
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      isCut = true
      sockets.forEach(mute)
    },
    mend: () => {
      isCut = false
    },
    close: async () => {
      sockets.forEach((socket) => socket.destroy())
      server.close()
      await once(server, 'close')
    },
  }
}
