import type { Clock } from '@nexqloud/kernel'
import type { KubeClient } from '@nexqloud/kube'

import { ORDER_ANNOTATION, REGION_LABEL } from '../resource/resource.ts'
import { GLOBAL_REGION, type Account } from './caller.ts'
import { createAccessKeyId, createSecret } from './iam-id.ts'
import { iamKinds, type AccessKeySpec } from './kinds.ts'
import type { Seal } from './seal.ts'
import { sealSecret } from './sealed-secret.ts'

/** An access key, as it is told: once. */
export type NewAccessKey = { readonly accessKeyId: string; readonly secretAccessKey: string }

/** Makes a key of an account's root: to whoever owns the namespace, everything in it is allowed. */
export async function createRootKey(
  parts: {
    readonly client: Pick<KubeClient, 'create'>
    readonly seal: Seal
    readonly clock: Pick<Clock, 'wallMs'>
  },
  account: Account,
): Promise<NewAccessKey> {
  const now = new Date(parts.clock.wallMs()).toISOString()
  const { spec, secretAccessKey } = describeAccessKey(parts.seal, account.id, {
    UserId: account.id,
    CreateDate: now,
  })
  const { namespace } = account
  const metadata = {
    name: spec.AccessKeyId.toLowerCase(),
    namespace,
    labels: { [REGION_LABEL]: GLOBAL_REGION },
    annotations: { [ORDER_ANNOTATION]: `${now}/000000` },
  }
  await parts.client.create(iamKinds.accessKeys, { namespace }, { metadata, spec })
  return { accessKeyId: spec.AccessKeyId, secretAccessKey }
}

/** Returns a new key as it is kept, and its secret. */
export function describeAccessKey(
  seal: Seal,
  accountId: string,
  { UserId, CreateDate }: Pick<AccessKeySpec, 'UserId' | 'CreateDate'>,
): { readonly spec: AccessKeySpec; readonly secretAccessKey: string } {
  const AccessKeyId = createAccessKeyId('AKIA', accountId)
  const secretAccessKey = createSecret()
  const owner = { accountId, key: { AccessKeyId, UserId } }
  const SealedSecret = sealSecret(seal, owner, secretAccessKey)
  return {
    spec: { AccessKeyId, UserId, SealedSecret, Status: 'Active', CreateDate },
    secretAccessKey,
  }
}
