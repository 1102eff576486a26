import type { AccessKeySpec } from './kinds.ts'
import type { Seal } from './seal.ts'

/** What a secret is sealed for: nobody gives it to another key, account or principal. */
type Owner = {
  readonly accountId: string
  readonly key: Pick<AccessKeySpec, 'AccessKeyId' | 'UserId'>
}

/** Returns a secret as an access key keeps it. */
export function sealSecret(seal: Seal, owner: Owner, secret: string): string {
  return Buffer.from(seal.close(Buffer.from(secret), contextOf(owner))).toString('base64')
}

/** Returns the secret of an access key; nothing where it is not its own. */
export function openSecret(seal: Seal, owner: Owner, sealed: string): string | undefined {
  const opened = seal.open(Buffer.from(sealed, 'base64'), contextOf(owner))
  return opened === undefined ? undefined : Buffer.from(opened).toString()
}

function contextOf({ accountId, key }: Owner): string {
  return JSON.stringify(['access key', accountId, key.UserId, key.AccessKeyId])
}
