import { createAllowance, type Clock } from '@nexqloud/kernel'
import { kinds, StatusError, type KubeClient } from '@nexqloud/kube'

import type { Ec2Object } from '../resource/kinds.ts'
import type { ResourceView } from '../resource/resource-view.ts'
import type { FindKey, KeyHolder } from './access-key.ts'
import type { AccountDirectory } from './account-directory.ts'
import { GLOBAL_REGION, type Account } from './caller.ts'
import { accountOfKey } from './iam-id.ts'
import { accounts, iamKinds, type AccessKeySpec } from './kinds.ts'
import { findPrincipal } from './principal.ts'
import type { Seal } from './seal.ts'
import { openSecret } from './sealed-secret.ts'
import { openSession } from './session.ts'

/** What a lookup of keys stands on. */
export type FindKeyParts = {
  readonly client: Pick<KubeClient, 'get'>
  readonly directory: AccountDirectory
  readonly view: ResourceView
  readonly seal: Seal
  readonly clock: Pick<Clock, 'steadyMs'>
}

/** What is not in memory yet may have been made a moment ago: the API is asked, but not by whoever tries all ids. */
const ASKING = { perSecond: 5, burst: 20 }

/** Returns what finds the keys of accounts: by what is in memory, without a call. */
export function createFindKey(parts: FindKeyParts): FindKey {
  const mayAsk = createAllowance(ASKING, () => parts.clock.steadyMs())
  return async (accessKeyId, sessionToken) => {
    const account = await findAccount(parts, accountOfKey(accessKeyId), mayAsk)
    if (account === undefined) return undefined
    if (accessKeyId.startsWith('ASIA')) {
      return sessionToken === undefined
        ? undefined
        : holderOfSession(parts, account, { accessKeyId, sessionToken })
    }
    if (sessionToken !== undefined) return undefined
    const key = await findKept(parts, { account, accessKeyId }, mayAsk)
    return key === undefined ? undefined : holderOfKey(parts, account, key)
  }
}

function holderOfKey(
  { view, seal }: FindKeyParts,
  account: Account,
  key: AccessKeySpec,
): KeyHolder | undefined {
  const principal = findPrincipal(view, account, key.UserId)
  if (principal === undefined || key.Status !== 'Active') return undefined
  const secretAccessKey = openSecret(seal, { accountId: account.id, key }, key.SealedSecret)
  if (secretAccessKey === undefined) return undefined
  return { account, arn: principal.arn, userId: principal.userId, secretAccessKey }
}

/** Who is gone has no sessions either. */
function holderOfSession(
  { view, seal }: FindKeyParts,
  account: Account,
  { accessKeyId, sessionToken }: { readonly accessKeyId: string; readonly sessionToken: string },
): KeyHolder | undefined {
  const session = openSession(seal, accessKeyId, sessionToken)
  const isOwn = session?.account.id === account.id
  if (!isOwn || session.account.namespace !== account.namespace) return undefined
  return findPrincipal(view, account, session.userId) === undefined ? undefined : session
}

async function findAccount(
  { client, directory }: FindKeyParts,
  id: string | undefined,
  mayAsk: () => boolean,
): Promise<Account | undefined> {
  if (id === undefined) return undefined
  const known = directory.get(id)
  if (known !== undefined || !mayAsk()) return known
  const found = await orNothing(client.get(accounts, { name: id }))
  if (found === undefined) return undefined
  const namespace = await orNothing(client.get(kinds.namespaces, { name: found.spec.namespace }))
  if (namespace === undefined) return undefined
  directory.takeAccount(found)
  directory.takeNamespace(namespace)
  return directory.get(id)
}

async function findKept(
  { client, view }: FindKeyParts,
  { account, accessKeyId }: { readonly account: Account; readonly accessKeyId: string },
  mayAsk: () => boolean,
): Promise<AccessKeySpec | undefined> {
  const kind = iamKinds.accessKeys
  const { namespace } = account
  const name = accessKeyId.toLowerCase()
  const known = view.get(kind, { namespace, region: GLOBAL_REGION }, name)
  if (known !== undefined) return known.spec
  if (!mayAsk()) return undefined
  const found: Ec2Object<AccessKeySpec> | undefined = await orNothing(
    client.get(kind, { namespace, name }),
  )
  if (found !== undefined) view.put(kind, found)
  return view.get(kind, { namespace, region: GLOBAL_REGION }, name)?.spec
}

async function orNothing<Type>(asked: Promise<Type>): Promise<Type | undefined> {
  try {
    return await asked
  } catch (failure) {
    if (failure instanceof StatusError && failure.reason === 'NotFound') return undefined
    throw failure
  }
}
