import { request as requestPlain, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { isIP } from 'node:net'

import { answerOf } from '@nexqloud/tunnel'

import { PrivateAddressError } from '../../internet/errors.ts'
import { lookUpAllowed } from '../../internet/look-up-allowed.ts'

/** What was answered. */
export type Got = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Gets a document over HTTP. */
export type Get = (url: URL, headers: Readonly<Record<string, string>>) => Promise<Got>

/** Manifests are limited to 4 MiB by registries (OCI distribution specification). */
const MOST_BYTES = 4 << 20
const WITHIN_MS = 10_000
const MOST_REDIRECTIONS = 3

/**
 * Returns what gets documents from allowed addresses alone, whatever a name or a redirection says: the connection goes to the very address that was looked at.
 * No credentials go along a redirection to another origin.
 */
export function createGet(isAllowed: (address: string) => boolean): Get {
  const lookup = lookUpAllowed(isAllowed)

  async function getOnce(url: URL, headers: Readonly<Record<string, string>>): Promise<Got> {
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
    if (isIP(host) !== 0 && !isAllowed(host)) throw new PrivateAddressError(host)
    const signal = AbortSignal.timeout(WITHIN_MS)
    const ask = url.protocol === 'http:' ? requestPlain : request
    const asked = ask(url, { headers, lookup, agent: false, signal }).end()
    const response = await answerOf(asked)
    const { statusCode: status = 0, headers: got } = response
    return { status, headers: got, body: await readBounded(response) }
  }

  return async (url, headers) => {
    let [next, own] = [url, headers]
    for (let step = 0; ; step += 1) {
      const got = await getOnce(next, own)
      const { location } = got.headers
      const isElsewhere = got.status >= 300 && got.status < 400 && location !== undefined
      if (!isElsewhere || step === MOST_REDIRECTIONS) return got
      const target = new URL(location, next)
      if (target.origin !== next.origin) {
        const { authorization: _, ...rest } = own
        own = rest
      }
      next = target
    }
  }
}

async function readBounded(response: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length
    if (length > MOST_BYTES) throw new RangeError(`More than ${MOST_BYTES} bytes were answered.`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}
