import { Readable } from 'node:stream'

import type { MachineName } from '../../src/machine/machines.ts'
import type { AnswerApi } from '../../src/metadata/api-door.ts'

/** What AWS's client hands to whoever sends it. */
type Asked = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** Returns what takes the requests of AWS's own client to the door for instances, in the name of one. */
export function createApiHandler(askApi: AnswerApi, name: MachineName) {
  return {
    handle: async ({ method, path, headers, body }: Asked) => {
      const bytes = Buffer.from(typeof body === 'string' ? body : '')
      const told = await askApi(name, { method, target: path, headers, body: bytes })
      if (told === undefined) throw new TypeError('There is no such instance.')
      const { status: statusCode, headers: own, body: text } = told
      return { response: { statusCode, headers: own, body: Readable.from([Buffer.from(text)]) } }
    },
  }
}
