import { hash } from 'node:crypto'

import { createInstanceKey, parseAddress, type InstanceKey } from '@nexqloud/kernel'

import { annotations } from '../object/names.ts'
import type { Pod } from '../object/object.ts'

/** An account's number of an instance has 12 bytes. */
const NUMBER_DIGITS = 24

/**
 * Returns what an instance is called on the chain: the account that its namespace names, and the first 12 bytes of the keccak256 of its uid;
 * nothing where the namespace names no account, or not one that is any.
 */
export function instanceKeyOf(
  uid: string,
  namespace: Pick<Pod, 'metadata'> | undefined,
): InstanceKey | undefined {
  const account = namespace?.metadata?.annotations?.[annotations.account] ?? ''
  if (!/^0x[0-9a-f]{40}$/i.test(account)) return undefined
  const number = hash('keccak-256', uid, 'hex').slice(0, NUMBER_DIGITS)
  return createInstanceKey(parseAddress(account), BigInt(`0x${number}`))
}
