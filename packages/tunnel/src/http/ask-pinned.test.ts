import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:tls'

import { expect, onTestFinished, test } from 'vitest'

import { createTlsIdentity, createTlsKey } from '../link/tls-identity.ts'
import { askPinned } from './ask-pinned.ts'

const question = { path: '/files/1', mostBytes: 100 }
const never = new AbortController().signal

test.each([
  [
    'goes over to something else',
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
  ],
  ['says nothing and leaves', ''],
  ['only asks for patience', 'HTTP/1.1 102 Processing\r\n\r\n'],
  ['breaks off', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'],
  ['speaks otherwise', 'SSH-2.0-OpenSSH_9.6\r\n'],
])('who %s has answered nothing', async (_, said) => {
  const endpoint = await startDoor((socket) => socket.end(said))
  await expect(askPinned(endpoint, question, never)).rejects.toMatchObject({
    code: 'TUNNEL_DIAL_FAILED',
  })
})

/** A door that has a key, and no manners. */
async function startDoor(answer: (socket: { end: (said: string) => void }) => void) {
  const { keyPem, certificatePem, keyHash } = await createTlsIdentity(createTlsKey())
  const options = { key: keyPem, cert: certificatePem, ALPNProtocols: ['http/1.1'] }
  const server = createServer(options, (socket) => {
    socket.on('error', () => {}).once('data', () => answer(socket))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { host: '127.0.0.1', port, keyHash }
}
