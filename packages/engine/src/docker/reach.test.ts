import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

import { expect, test } from 'vitest'

import { reach } from './reach.ts'

test('a network answers where somebody listens, and where nobody does', async () => {
  const server = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  expect(await reach('127.0.0.1', port)).toBe(true)
  server.close()
  await once(server, 'close')
  expect(await reach('127.0.0.1', port)).toBe(true)
})

test('an address to which no network leads does not answer', async () => {
  expect(await reach('255.255.255.255', 80)).toBe(false)
})
