import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A socket on which something answers that is no engine. */
export type FakeEngine = {
  readonly socketPath: string
  readonly folder: string
  /** The requests that came, with their headers. */
  readonly requests: readonly IncomingMessage[]
  readonly close: () => void
}

type Answer = (response: ServerResponse) => void

/** Returns an answer of this status and JSON. */
export function json(body: unknown, status = 200): Answer {
  return (response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify(body))
}

/** What an ordinary Docker says of itself. */
export const ordinary: Readonly<Record<string, Answer>> = {
  'GET /version': json({ Version: '20.10.24', Arch: 'amd64', Components: [{ Name: 'Engine' }] }),
  'GET /info': json({
    NCPU: 2,
    MemTotal: 8e9,
    OSType: 'linux',
    SecurityOptions: ['name=seccomp,profile=default'],
  }),
  'GET /images/json': json([]),
}

/** Answers on a socket by method and path; everything else with 404. */
export async function openFakeEngine(
  answers: Readonly<Record<string, Answer>>,
): Promise<FakeEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-fake-engine-'))
  const socketPath = join(folder, 'socket')
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    const path = (request.url ?? '').split('?')[0]
    const answer = answers[`${request.method} ${path}`] ?? json({ message: 'page not found' }, 404)
    answer(response)
  })
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  return {
    socketPath,
    folder,
    requests,
    close: () => {
      server.closeAllConnections()
      server.close()
      rmSync(folder, { recursive: true })
    },
  }
}
