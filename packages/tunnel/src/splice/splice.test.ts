import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

import { expect, test } from 'vitest'

import { createLinkPair, settle } from '../../test/link-pair.ts'
import { createMuxEnd, type MuxEnd } from '../../test/mux-end.ts'
import { createTargetDialer, type TargetAddress } from './dial-target.ts'
import { spliceSocket } from './splice.ts'

test('bytes and ends pass both ways, however large', async () => {
  await withSplice(answerAfterEnd, async ({ visit }) => {
    const visitor = visit()
    visitor.end(Buffer.alloc(3_000_000, 'x'))
    const pieces = await visitor.toArray()
    expect(Buffer.concat(pieces as Buffer[]).equals(Buffer.alloc(3_000_000, 'x'))).toBe(true)
  })
})

test('a visitor who reads slowly slows the container, and gets everything', async () => {
  let written = 0
  const pour = (socket: Socket): void => {
    const more = (): void => {
      while (written < 40_000_000) {
        written += 50_000
        if (!socket.write(Buffer.alloc(50_000))) return
      }
      socket.end()
    }
    socket.on('drain', more)
    more()
  }
  await withSplice(pour, async ({ visit }) => {
    const visitor = visit()
    visitor.pause()
    for (let seen = -1; seen !== written;) {
      seen = written
      await settle(300)
    }
    expect(written).toBeLessThan(40_000_000)
    let received = 0
    visitor.on('data', (piece) => {
      received += piece.length
    })
    visitor.resume()
    await once(visitor, 'end')
    expect(received).toBe(40_000_000)
  })
})

test('a visitor who breaks off breaks off the container’s connection', async () => {
  const broken = Promise.withResolvers<string>()
  const wait = (socket: Socket): void => {
    socket.on('error', ({ message }) => broken.resolve(message))
    socket.write('I am here')
  }
  await withSplice(wait, async ({ visit, gateway }) => {
    const visitor = visit()
    await once(visitor, 'data')
    visitor.resetAndDestroy()
    expect(await broken.promise).toBe('read ECONNRESET')
    expect(gateway.mux.streamCount).toBe(0)
  })
})

test('a container that breaks off is not taken for one that has finished', async () => {
  const breakOff = (socket: Socket): void => {
    socket.write('half of', () => socket.resetAndDestroy())
  }
  await withSplice(breakOff, async ({ visit }) => {
    const visitor = visit()
    await expect(visitor.toArray()).rejects.toThrow('ECONNRESET')
  })
})

test('an end that a reset follows at once leaves no connection behind', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  await once(socket, 'connect')
  const { stream } = createMuxEnd(createLinkPair()[0]).open()
  const handler = spliceSocket(stream, socket)
  const closed = once(socket, 'close')
  handler.onEnd()
  handler.onReset({ code: 'cancel', reason: '' })
  await closed
  expect(socket.destroyed).toBe(true)
  server.close()
})

test('a port that nobody listens on is told to the other end', async () => {
  await withSplice(answerAfterEnd, async ({ gateway, container }) => {
    container.close()
    await once(container, 'close')
    const record = gateway.open()
    while (record.reset === undefined) await settle(1)
    expect(record.reset.code).toBe('connectError')
    expect(record.reset.reason).toMatch(/^connect ECONNREFUSED 127\.0\.0\.1:\d+$/)
  })
})

test('a container that is only starting is waited for, and gets what came before it listened', async () => {
  const answerLate = async ({ visit, container }: Scene): Promise<void> => {
    const { port } = container.address() as AddressInfo
    container.close()
    const visitor = visit()
    visitor.end('early')
    await settle(100)
    container.listen(port, '127.0.0.1')
    expect(String(Buffer.concat((await visitor.toArray()) as Buffer[]))).toBe('early')
  }
  await withSplice(answerAfterEnd, answerLate, { patienceMs: 10_000 })
})

test('a port at which nobody ever listens is told once the patience is over', async () => {
  const beRefused = async ({ visit, container }: Scene): Promise<void> => {
    container.close()
    const [failure] = (await once(visit(), 'error')) as [NodeJS.ErrnoException]
    expect(failure.code).toBe('ECONNRESET')
  }
  await withSplice(answerAfterEnd, beRefused, { patienceMs: 100 })
})

type Scene = {
  readonly gateway: MuxEnd
  readonly container: Server
  readonly visit: () => Socket
}

/** A visitor's connection through a link in memory to a container; the link is always shut again. */
async function withSplice(
  serve: (socket: Socket) => void,
  action: (scene: Scene) => Promise<void>,
  more: Pick<TargetAddress, 'patienceMs'> = {},
): Promise<void> {
  const container = createServer({ allowHalfOpen: true }, serve).listen(0, '127.0.0.1')
  container.on('connection', (socket) => socket.on('error', () => {}))
  const door = createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(0, '127.0.0.1')
  await Promise.all([once(container, 'listening'), once(door, 'listening')])
  const { port } = container.address() as AddressInfo
  const [near, far] = createLinkPair()
  const dialTarget = createTargetDialer({ timeoutMs: 5000 })
  const device = createMuxEnd(far, {
    role: 'dialer',
    accept: (stream) => dialTarget(stream, { host: '127.0.0.1', port, ...more }),
  })
  const gateway = createMuxEnd(near)
  door.on('connection', (socket) => {
    gateway.mux.open({ target: Buffer.alloc(0) }, (stream) => spliceSocket(stream, socket))
    socket.resume()
  })
  const visit = () => {
    const visitor = connect((door.address() as AddressInfo).port, '127.0.0.1')
    return visitor.on('error', () => {})
  }
  try {
    await action({ gateway, container, visit })
  } finally {
    device.mux.close('cancel', '')
    door.close()
    container.close()
  }
}

/** Gives everything back once the visitor has finished. */
function answerAfterEnd(socket: Socket): void {
  const pieces: Buffer[] = []
  socket.on('data', (piece: Buffer) => pieces.push(piece))
  socket.on('end', () => socket.end(Buffer.concat(pieces)))
}
