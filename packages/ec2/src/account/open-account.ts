import { createHash } from 'node:crypto'

import { kinds, StatusError, type KubeClient } from '@nexqloud/kube'

import type { Account } from './caller.ts'
import { accounts, type AccountObject } from './kinds.ts'

/** Two namespaces get the same digits once in a hundred thousand, where there are ten million; the second takes the next ones then. */
const MOST_TRIES = 16

/** Returns the account of a namespace, and makes it where there is none. Whoever does it at the same time gets the same one: its id follows from the namespace's uid. */
export async function openAccount(
  client: Pick<KubeClient, 'get' | 'create'>,
  { namespace }: { readonly namespace: string },
): Promise<Account> {
  const { metadata } = await client.get(kinds.namespaces, { name: namespace })
  const namespaceUid = metadata?.uid ?? ''
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const id = accountIdOf(namespaceUid, tries)
    const { spec } = await createOrGet(client, id, { namespace, namespaceUid })
    if (spec.namespaceUid === namespaceUid) return { id, namespace }
  }
  throw new TypeError(`No account was left for ${namespace}.`)
}

/** Returns 12 digits, of which the first is no 0. */
export function accountIdOf(namespaceUid: string, tries: number): string {
  const digest = createHash('sha256').update(`account ${tries} ${namespaceUid}`).digest()
  return String(100_000_000_000n + (digest.readBigUInt64BE() % 900_000_000_000n))
}

/** Creating it is the atomic step. */
async function createOrGet(
  client: Pick<KubeClient, 'get' | 'create'>,
  name: string,
  spec: AccountObject['spec'],
): Promise<AccountObject> {
  try {
    return await client.create(accounts, {}, { metadata: { name }, spec })
  } catch (failure) {
    if (!(failure instanceof StatusError && failure.reason === 'AlreadyExists')) throw failure
    return client.get(accounts, { name })
  }
}
