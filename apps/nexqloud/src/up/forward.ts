import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** Lets whoever reaches an address of this machine reach a port of its loopback, and returns how to end that. */
export async function forwardPort(address: string, port: number): Promise<() => Promise<void>> {
  const open = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        open.delete(socket)
        other.destroy()
      })
    }
    near.pipe(far).pipe(near)
  })
  server.listen(port, address)
  await once(server, 'listening')
  return async () => {
    const closed = once(server, 'close')
    server.close()
    for (const socket of open) socket.destroy()
    await closed
  }
}
