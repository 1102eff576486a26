import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { expect, onTestFinished, test } from 'vitest'

import { PrivateAddressError } from '../../internet/errors.ts'
import { createGet } from './get-publicly.ts'

const isFirst = (address: string): boolean => address === '127.0.0.1'

test('an address, a name and a redirection lead to allowed addresses alone', async () => {
  const port = await serve((request, response) => {
    const isHere = request.url === '/'
    response.writeHead(isHere ? 200 : 302, { location: `http://127.0.0.2:${port}/` })
    response.end('here')
  })
  const get = createGet(isFirst)
  const ask = (host: string, path: string) => get(new URL(`http://${host}:${port}${path}`), {})
  expect((await ask('127.0.0.1', '/')).body.toString()).toBe('here')
  await expect(ask('127.0.0.2', '/')).rejects.toThrow(PrivateAddressError)
  await expect(ask('127.0.0.1', '/elsewhere')).rejects.toThrow(PrivateAddressError)
  const other = createGet((address) => !address.startsWith('127.') && address !== '::1')
  await expect(other(new URL(`http://localhost:${port}/`), {})).rejects.toThrow(PrivateAddressError)
})

test('credentials do not go along to another host, and nobody is led in circles', async () => {
  const seen: (string | undefined)[] = []
  const other = await serve((request, response) => {
    seen.push(request.headers.authorization)
    response.end('there')
  })
  const port = await serve((request, response) => {
    const location = request.url === '/round' ? '/round' : `http://127.0.0.1:${other}/`
    response.writeHead(307, { location }).end()
  })
  const get = createGet(isFirst)
  const headers = { authorization: 'Bearer secret' }
  expect((await get(new URL(`http://127.0.0.1:${port}/`), headers)).status).toBe(200)
  expect(seen).toEqual([undefined])
  expect((await get(new URL(`http://127.0.0.1:${port}/round`), headers)).status).toBe(307)
})

test('more than a manifest may have is not read to its end', async () => {
  const port = await serve((_, response) => {
    const fill = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(1 << 20)));
    }
    response.on('drain', fill)
    fill()
  })
  const get = createGet(isFirst)
  await expect(get(new URL(`http://127.0.0.1:${port}/`), {})).rejects.toThrow('More than 4194304')
})

test('who goes over to another protocol has not answered', async () => {
  const port = await serve((_, response) => {
    response.writeHead(101, { connection: 'upgrade', upgrade: 'x' }).end()
  })
  const got = createGet(isFirst)(new URL(`http://127.0.0.1:${port}/`), {})
  await expect(got).rejects.toThrow('it ended without an answer.')
})

async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<number> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return (server.address() as AddressInfo).port
}
