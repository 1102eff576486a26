import { request } from 'node:https'
import { isIP } from 'node:net'

import { answerOf } from '@nexqloud/tunnel'

import { PrivateAddressError } from '../internet/errors.ts'
import { lookUpAllowed } from '../internet/look-up-allowed.ts'
import { isPublicAddress } from '../internet/public-address.ts'
import type { PostPublicly } from './webhook.ts'

/** To whom, and who vouches for them; the public internet where it is left out. */
export type PostOptions = {
  readonly isAllowed?: (address: string) => boolean
  /** Certificates of authorities beside which no others count. */
  readonly ca?: string
}

/** Returns what posts over TLS to allowed addresses alone: the connection goes to the very address that was looked at, and no redirection is followed. */
export function createPost({ isAllowed = isPublicAddress, ca }: PostOptions = {}): PostPublicly {
  const find = lookUpAllowed(isAllowed)
  return async (url, { headers, body, signal }) => {
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
    // What is an address already is not looked up.
    if (isIP(host) !== 0 && !isAllowed(host)) throw new PrivateAddressError(host)
    const length = String(Buffer.byteLength(body))
    const options = { method: 'POST', headers: { ...headers, 'content-length': length }, signal }
    const through = { lookup: find, agent: false, ...(ca !== undefined && { ca }) }
    const response = await answerOf(request(url, { ...options, ...through }).end(body))
    // Nobody reads what it says beside its status.
    response.destroy()
    return response.statusCode ?? 0
  }
}
