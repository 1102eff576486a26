import { hash } from 'node:crypto'

import { parseAddress, parseInstanceKey, type Address, type InstanceKey } from '@nexqloud/kernel'

import { annotations } from '../object/names.ts'
import type { Pod } from '../object/object.ts'

/** An account's number of an instance has 12 bytes. */
const NUMBER_DIGITS = 24

/** Returns the account that pays for what runs in a namespace; nothing where it names none, or not one that is any. */
export function payerOf(namespace: Pick<Pod, 'metadata'> | undefined): Address | undefined {
  const account = namespace?.metadata?.annotations?.[annotations.account] ?? ''
  return /^0x[0-9a-f]{40}$/i.test(account) ? parseAddress(account) : undefined
}

/**
 * Returns what an instance is called on the chain: the account that its namespace names, and the first 12 bytes of the keccak256 of its uid;
 * nothing where nobody pays for its namespace.
 */
export function instanceKeyOf(
  uid: string,
  namespace: Pick<Pod, 'metadata'> | undefined,
): InstanceKey | undefined {
  const account = payerOf(namespace)
  if (account === undefined) return undefined
  const number = hash('keccak-256', uid, 'hex').slice(0, NUMBER_DIGITS)
  return parseInstanceKey(`${account}${number}`)
}
