import { PassThrough, Writable } from 'node:stream'

import { expect, test } from 'vitest'

import { createChannelOutput } from './channel-output.ts'

test('output waits for a socket that is full, and goes on when it is not', async () => {
  const { output, socket, write } = openScene()
  socket.write(Buffer.alloc(100_000))
  const written = write()
  let isDone = false
  written.then(
    () => (isDone = true),
    () => {},
  )
  await new Promise((resolve) => setImmediate(resolve))
  expect(isDone).toBe(false)
  socket.resume()
  await written
  expect(output.errored).toBeNull()
})

test('who writes to a channel that is over is told so, also one that waits', async () => {
  const { socket, write, over } = openScene()
  socket.write(Buffer.alloc(100_000))
  const written = write()
  over.abort()
  await expect(written).rejects.toThrow('The channel is closed.')
  const late = openScene()
  late.over.abort()
  await expect(late.write()).rejects.toThrow('The channel is closed.')
})

function openScene() {
  const over = new AbortController()
  const socket = new PassThrough()
  const channel = new Writable({ write: (_bytes, _encoding, done) => done() })
  const output = createChannelOutput({ channel, socket, signal: over.signal, onBytes: () => {} })
  const write = (): Promise<void> =>
    new Promise((resolve, reject) => {
      output.write(Buffer.from('x'), (failure) => (failure == null ? resolve() : reject(failure)))
    })
  return { output, socket, over, write }
}
