import type { Change } from '@nexqloud/kube'

import type { Address } from './address.ts'

/** Who holds which address. */
export type AddressBook = {
  /** Takes note of what became of an address, and returns whose it is or was. */
  readonly follow: (change: Change<Address>) => string
  /** Returns the address of an instance, `namespace/name`; the first of several. */
  readonly of: (instance: string) => string | undefined
  /** Those that have one. */
  readonly instances: () => readonly string[]
  readonly isTaken: (address: string) => boolean
}

/** Returns a book in which nobody has an address. */
export function createAddressBook(): AddressBook {
  const holders = new Map<string, string>()
  const addresses = new Map<string, string>()
  return {
    follow: ({ type, object }) => {
      const { namespace, name } = object.spec.instance
      const [holder, address] = [`${namespace}/${name}`, object.metadata?.name ?? '']
      if (type === 'deleted') {
        holders.delete(address)
        if (addresses.get(holder) === address) addresses.delete(holder)
      } else {
        holders.set(address, holder)
        if (!addresses.has(holder)) addresses.set(holder, address)
      }
      return holder
    },
    instances: () => [...addresses.keys()],
    of: (instance) => addresses.get(instance),
    isTaken: (address) => holders.has(address),
  }
}
