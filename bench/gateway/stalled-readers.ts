import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Opens connections, each of which asks for a file; what they read is up to the caller. */
export async function openReaders(
  port: number,
  { path, count }: { readonly path: string; readonly count: number },
): Promise<readonly Socket[]> {
  const readers: Socket[] = []
  for (let number = 0; number < count; number += 1) {
    const socket = connect(port, '127.0.0.1')
    socket.pause()
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
    readers.push(socket)
    if (number % 50 === 49) await pause(20)
  }
  return readers
}

/** Reads on until so many bytes have come, and hangs up. */
export async function readBytes(socket: Socket, bytes: number): Promise<void> {
  let received = 0
  socket.on('data', (piece: Buffer) => {
    received += piece.length
    if (received >= bytes) socket.destroy()
  })
  socket.resume()
  await once(socket, 'close')
  if (received < bytes) throw new Error(`A reader got ${received} of ${bytes} bytes.`)
}

/** Returns the largest of what a figure was, looked at each tenth of a second for so long. */
export async function watchPeak(figure: () => number, forMs: number): Promise<number> {
  let peak = figure()
  for (let passedMs = 0; passedMs < forMs; passedMs += 100) {
    await pause(100)
    peak = Math.max(peak, figure())
  }
  return peak
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
