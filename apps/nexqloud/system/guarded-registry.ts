import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a registry asks for. */
export type Login = { readonly username: string; readonly password: string }

/** Serves another registry of loopback, `host:port/…`, to whoever shows the login (HTTP Basic); returns the image's name there. */
export async function guardRegistry(
  image: string,
  { username, password }: Login,
): Promise<{ readonly image: string; readonly close: () => void }> {
  const [, host = '', port = '', path = ''] = /^([^:]+):(\d+)\/(.*)$/.exec(image) ?? []
  const expected = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const server = createServer((asked, answer) => {
    const { authorization, ...headers } = asked.headers
    if (authorization !== expected) {
      answer.writeHead(401, { 'www-authenticate': 'Basic realm="a test"' })
      answer.end('{"errors":[{"code":"UNAUTHORIZED","message":"who are you?"}]}')
      return
    }
    const { method, url: target } = asked
    const passed = request({ host, port, method, path: target, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 500, answered.headers)
      answered.pipe(answer)
    })
    asked.pipe(passed)
  })
  server.listen(0, host)
  await once(server, 'listening')
  return {
    image: `${host}:${(server.address() as AddressInfo).port}/${path}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
