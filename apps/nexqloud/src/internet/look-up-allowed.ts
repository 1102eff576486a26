import { lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'

import { PrivateAddressError } from './errors.ts'

/** Returns what looks up names whose addresses are all allowed: one of several that is not is enough to refuse all. */
export function lookUpAllowed(isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '', 0)
      const bad = addresses.find(({ address }) => !isAllowed(address))
      if (bad !== undefined) return callback(new PrivateAddressError(bad.address), '', 0)
      const [first] = addresses
      if (options.all === true) return callback(null, addresses)
      callback(null, first?.address ?? '', first?.family ?? 0)
    })
  }
}
