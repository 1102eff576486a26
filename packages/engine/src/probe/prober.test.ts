import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterEach, expect, test } from 'vitest'

import type { ExecSession } from '../container/container.ts'
import type { ProbeHandler } from './probe.ts'
import { createProber } from './prober.ts'

const servers: Server[] = []
const never = new AbortController().signal

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

test.each([
  [200, true],
  [302, true],
  [399, true],
  [400, false],
  [503, false],
])('HTTP status %d: passed is %s', async (status, passed) => {
  const port = await serve((answer) => answer.writeHead(status, { location: '/x' }).end('body'))
  expect(await probe(http(port))).toEqual({ passed, message: `HTTP status ${status}` })
})

test('who goes over to another protocol does not pass', async () => {
  const upgrade = { connection: 'upgrade', upgrade: 'x' }
  const port = await serve((answer) => answer.writeHead(101, upgrade).end())
  expect(await probe(http(port))).toEqual({ passed: false, message: 'HTTP status 101' })
})

test('asks for the path, with the headers', async () => {
  const seen: unknown[] = []
  const port = await serve((answer) => {
    seen.push(answer.req.url, answer.req.headers['x-probe'], answer.req.headers.host)
    answer.end()
  })
  await probe({
    ...http(port),
    path: '/ready?x=1',
    headers: { 'x-probe': 'yes', host: 'a.example' },
  })
  expect(seen).toEqual(['/ready?x=1', 'yes', 'a.example'])
})

test('reads no more of an endless answer than it needs', async () => {
  const port = await serve((answer) => {
    const write = (): void => void (answer.write('x'.repeat(4096)) && setImmediate(write))
    answer.on('drain', write)
    write()
  })
  expect(await probe(http(port))).toMatchObject({ passed: true })
})

test('a port is open, or it is not', async () => {
  const port = await serve((answer) => answer.end())
  expect(await probe({ type: 'tcp', port })).toMatchObject({ passed: true })
  servers.pop()?.close()
  await expect(probe({ type: 'tcp', port })).rejects.toThrow(`nothing listens on port ${port}`)
})

test('gives up with the signal', async () => {
  const port = await serve(() => {})
  const abort = new AbortController()
  const asking = createProber({ address: '127.0.0.1', exec })(http(port), abort.signal)
  abort.abort()
  await expect(asking).rejects.toThrow('aborted')
})

test.each([
  [0, { passed: true, message: 'exit code 0: said' }],
  [1, { passed: false, message: 'exit code 1: said' }],
])('a command that ends with %d', async (code, outcome) => {
  expect(await probe({ type: 'exec', command: [`${code}`] })).toEqual(outcome)
})

function http(port: number) {
  return { type: 'http', scheme: 'http', port, path: '/', headers: {} } as const
}

function probe(handler: ProbeHandler) {
  return createProber({ address: '127.0.0.1', exec })(handler, never)
}

async function exec([code = '']: readonly string[]): Promise<ExecSession> {
  return {
    output: (async function* () {
      yield { stream: 'stdout', bytes: Buffer.from('said\n') } as const
    })(),
    write: async () => {},
    endInput: () => {},
    resize: async () => {},
    exitCode: async () => Number(code),
    close: () => {},
  }
}

async function serve(answer: (response: ServerResponse) => void): Promise<number> {
  const server = createServer((_, response) => answer(response))
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}
