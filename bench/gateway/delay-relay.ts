import { createServer, connect, type AddressInfo, type Socket } from 'node:net'

/**
 * A line that takes its time, `node delay-relay.ts PORT ONE-WAY-MS`, as a process of its own, until its parent leaves: loopback
 * hides what flow control costs at a real distance. It tells its parent where it listens.
 */
const [target = '', oneWayMs = ''] = process.argv.slice(2)
const server = createServer({ noDelay: true }, (near) => {
  const far = connect({ port: Number(target), host: '127.0.0.1', noDelay: true })
  delay(near, far)
  delay(far, near)
})
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.on('disconnect', () => process.exit())

function delay(from: Socket, to: Socket): void {
  const waiting: { readonly atMs: number; readonly bytes: Buffer }[] = []
  let timer: NodeJS.Timeout | undefined
  const send = (): void => {
    const nowMs = performance.now()
    to.cork()
    for (let next = waiting[0]; next !== undefined && next.atMs <= nowMs; next = waiting[0]) {
      to.write(next.bytes)
      waiting.shift()
    }
    to.uncork()
    const [first] = waiting
    timer = first && setTimeout(send, Math.max(1, first.atMs - performance.now()))
  }
  from.on('data', (bytes) => {
    waiting.push({ atMs: performance.now() + Number(oneWayMs), bytes: Buffer.from(bytes) })
    timer ??= setTimeout(send, Number(oneWayMs))
  })
  from.on('error', () => to.destroy())
  from.on('close', () => setTimeout(() => to.destroy(), 2 * Number(oneWayMs)))
}
