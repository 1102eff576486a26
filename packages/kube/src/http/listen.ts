import { once } from 'node:events'
import type { Http2SecureServer } from 'node:http2'
import type { Server } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'

/** A server on a port. */
export type HttpServer = {
  readonly port: number
  /** Ends it, and all connections. */
  readonly close: () => Promise<void>
}

/** Where a server listens; port 0 for any that is free. */
export type Place = { readonly host: string; readonly port: number }

/** Listens, and returns how to end that with all connections; `onClose` ends what they have become. */
export async function listen(
  server: Http2SecureServer | Server,
  { host, port }: Place,
  onClose: () => void,
): Promise<HttpServer> {
  const sockets = new Set<Socket>()
  server.on('secureConnection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
  })
  server.listen(port, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      onClose()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
