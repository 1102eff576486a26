import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { versionAnswer } from './answers.ts'
import { createConnection } from './connection.ts'

test.each([
  [
    'speaks of another protocol',
    'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
  ],
  ['never comes to the end', 'HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n'],
])('an engine whose answer %s counts as away', async (_, beginning) => {
  const { ask } = await setup(beginning)
  const question = { asked: 'tell its version', call: (docker: Docker) => docker.version() }
  await expect(ask(question, versionAnswer)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' })
})

type Docker = ReturnType<typeof createConnection>['docker']

/** Answers with these bytes, and then with blanks as long as anybody reads. */
async function setup(beginning: string) {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-connection-'))
  const socketPath = join(folder, 'socket')
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', () => {
      socket.write(beginning)
      const more = setInterval(() => socket.write(' '), 20)
      socket.once('close', () => clearInterval(more))
    })
  })
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
    rmSync(folder, { recursive: true })
  })
  return createConnection({ socketPath, owner: 'device', patienceMs: 200 })
}
