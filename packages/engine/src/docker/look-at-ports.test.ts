import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

import { expect, onTestFinished, test } from 'vitest'

import { createPortLook } from './look-at-ports.ts'

test.runIf(process.platform === 'linux')(
  'what listens is seen, and what does not is not',
  async () => {
    const look = createPortLook('')
    const server = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    expect(await look(process.pid, port)).toBe(true)
    server.close()
    await once(server, 'close')
    expect(await look(process.pid, port)).toBe(false)
  },
)

test('of a process that is not there nothing is seen', async () => {
  expect(await createPortLook('/nowhere')(7, 80)).toBe(false)
})
