import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

import { createTlsIdentity, createTlsKey } from '@nexqloud/tunnel'
import { expect, onTestFinished, test } from 'vitest'

import { PrivateAddressError } from '../internet/errors.ts'
import { createPost } from './post-publicly.ts'

const request = { headers: {}, body: '{}', signal: new AbortController().signal }

test.each([
  'https://127.0.0.1/',
  'https://[::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://169.254.169.254/latest/meta-data',
  'https://localhost/',
])('nothing is sent to %s', async (url) => {
  await expect(createPost()(new URL(url), request)).rejects.toThrow(PrivateAddressError)
})

test('what is allowed gets the body and the headers, and answers with a status', async () => {
  const got: unknown[] = []
  const { url, post } = await serve((asked, answer) => {
    got.push(asked.method, asked.headers['webhook-id'], text(asked))
    asked.on('end', () => answer.writeHead(204).end())
  })
  expect(await post(url, { ...request, headers: { 'webhook-id': '7' }, body: '{"ä":1}' })).toBe(204)
  expect(await Promise.all(got)).toEqual(['POST', '7', '{"ä":1}'])
})

test('a redirection is not followed, and nobody waits for what is said without end', async () => {
  const { url, post } = await serve((asked, answer) => {
    asked.resume()
    answer.writeHead(302, { location: 'https://localhost/secret' })
    answer.write('on and on')
  })
  expect(await post(url, request)).toBe(302)
})

test('who goes over to another protocol has not answered', async () => {
  const { url, post } = await serve((asked, answer) => {
    asked.resume()
    answer.writeHead(101, { connection: 'upgrade', upgrade: 'x' }).end()
  })
  await expect(post(url, request)).rejects.toThrow('it ended without an answer.')
})

test('a name that leads into a private network is not dialled', async () => {
  let count = 0
  const { url } = await serve(() => (count += 1))
  await expect(createPost()(url, request)).rejects.toThrow(PrivateAddressError)
  expect(count).toBe(0)
})

/** Serves on this machine until the test is over, and returns what posts there. */
async function serve(listener: RequestListener) {
  const { keyPem, certificatePem } = await createTlsIdentity(createTlsKey(), ['localhost'])
  const server = createServer({ key: keyPem, cert: certificatePem }, listener)
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: new URL(`https://localhost:${port}/hook`),
    post: createPost({ isAllowed: () => true, ca: certificatePem }),
  }
}
