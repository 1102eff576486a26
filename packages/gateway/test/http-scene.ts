/** An instance that speaks HTTP, and what is said to it. */

import type { GatewayLimits } from '../src/index.ts'
import { readAll, withScene, type Scene } from './scene.ts'

export const GET = 'GET / HTTP/1.1\r\nHost: web.example\r\n\r\n'

/** The last request of its connection. */
export const LAST = 'GET / HTTP/1.1\r\nHost: web.example\r\nConnection: close\r\n\r\n'

export const OK = 'HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok'

/** A scene whose instance speaks HTTP. */
export type HttpScene = Scene & {
  /** Sends bytes on a connection of its own and returns everything that comes. */
  readonly ask: (text: string) => Promise<string>
}

/** Runs an action in front of an instance that speaks HTTP, and is named web.example. */
export function withHttp(
  action: (scene: HttpScene) => Promise<void>,
  limits: Partial<GatewayLimits> = {},
): Promise<void> {
  return withScene({ protocol: 'http', hostnames: ['web.example'], limits }, (scene) =>
    action({
      ...scene,
      ask: (text) => {
        const visitor = scene.visit()
        visitor.write(text)
        return readAll(visitor).finally(() => visitor.destroy())
      },
    }),
  )
}

/** Serves an instance that answers each request in turn; returns what it was asked. A body ends with `end`. */
export async function serveAnswers(
  serve: Scene['serve'],
  answers: readonly string[],
  end = '\r\n\r\n',
): Promise<readonly string[]> {
  const asked: string[] = []
  const left = [...answers]
  await serve((socket) => {
    let text = ''
    socket.on('data', (piece) => {
      text += piece.toString('latin1')
      if (!text.endsWith(end)) return
      asked.push(text)
      text = ''
      socket.write(left.shift() ?? 'HTTP/1.1 500 None left\r\nContent-Length: 0\r\n\r\n')
    })
  })
  return asked
}
