import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'

import { parseMasternodeId } from '@nexqloud/kernel'
import { createTlsIdentity, createTlsKey } from '@nexqloud/tunnel'
import { afterEach, expect, test } from 'vitest'

import { createHttpsSource } from './https-source.ts'

const id = parseMasternodeId(3)
const path = `/files/0x${'5'.repeat(64)}`
const { signal } = new AbortController()
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

test('a masternode gives a file by its hash, by HTTP over the key that the chain names', async () => {
  const { endpoint, tlsKeyHash, asked } = await startDoor()
  const bytes = await createHttpsSource({ id, endpoint, tlsKeyHash }).fetch(path, signal)
  expect(Buffer.from(bytes).toString()).toBe('what it saw')
  expect(asked).toEqual([path])
})

test('whoever has another key is asked for nothing', async () => {
  const { endpoint, asked } = await startDoor()
  const tlsKeyHash = `0x${'7'.repeat(64)}` as const
  await expect(
    createHttpsSource({ id, endpoint, tlsKeyHash }).fetch(path, signal),
  ).rejects.toMatchObject({
    code: 'SETTLEMENT_FILE_REFUSED',
    message: expect.stringMatching(
      /^Masternode 3: 127\.0\.0\.1:\d+ shows the TLS key 0x[0-9a-f]{64}; the chain names 0x7+\.$/,
    ),
  })
  expect(asked).toEqual([])
})

test('what it does not have, it refuses', async () => {
  const { endpoint, tlsKeyHash } = await startDoor()
  const other = `/files/0x${'6'.repeat(64)}`
  await expect(
    createHttpsSource({ id, endpoint, tlsKeyHash }).fetch(other, signal),
  ).rejects.toThrow('Masternode 3: it has no such file.')
})

test('where nobody listens, or an endpoint leads nowhere, that is said', async () => {
  const { endpoint, tlsKeyHash } = await startDoor()
  for (const close of closing.splice(0)) await close()
  const source = createHttpsSource({ id, endpoint, tlsKeyHash })
  await expect(source.fetch(path, signal)).rejects.toThrow(/ECONNREFUSED/)
  const nowhere = createHttpsSource({ id, endpoint: 'nowhere', tlsKeyHash })
  await expect(nowhere.fetch(path, signal)).rejects.toThrow(
    'Masternode 3: "nowhere" leads nowhere.',
  )
})

test('who wants it no more, waits no more', async () => {
  const { endpoint, tlsKeyHash } = await startDoor()
  const ended = AbortSignal.abort(new Error('It was ended.'))
  await expect(createHttpsSource({ id, endpoint, tlsKeyHash }).fetch(path, ended)).rejects.toThrow(
    'It was ended.',
  )
})

/** A door that has one file. */
async function startDoor() {
  const { keyPem, certificatePem, keyHash } = await createTlsIdentity(createTlsKey())
  const asked: (string | undefined)[] = []
  const server = createServer(
    { key: keyPem, cert: certificatePem, minVersion: 'TLSv1.3', ALPNProtocols: ['http/1.1'] },
    ({ url }, answer) => {
      asked.push(url)
      if (url !== path) answer.writeHead(404).end()
      else answer.end('what it saw')
    },
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => new Promise((resolve) => server.close(resolve)))
  const { port } = server.address() as AddressInfo
  return { endpoint: `127.0.0.1:${port}`, tlsKeyHash: keyHash, asked }
}
