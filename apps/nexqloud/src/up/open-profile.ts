import { askForRootKey } from '../ec2/ask-for-root-key.ts'
import { hasProfile, profileFileOf, writeProfile } from '../ec2/profile.ts'
import { findWallet } from '../keystore/keyring.ts'
import { openSession } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { openWallet } from '../transaction/sender.ts'
import { NAMESPACE, TENANT } from './open-account.ts'

/** Writes the profile by which AWS's clients use the account of the namespace `default`, unless it is there; returns its file. */
export async function openProfile(
  endpoint: string,
  { folder, shell }: { readonly folder: string; readonly shell: Shell },
): Promise<string> {
  if (await hasProfile(folder, endpoint)) return profileFileOf(folder)
  const session = await openSession({ data: folder }, shell)
  const { account } = await openWallet(session, findWallet(session.keyring, TENANT), {})
  const { clock } = shell
  const asking = { endpoint, namespace: NAMESPACE, account, chainId: session.chain.id, clock }
  return writeProfile(folder, endpoint, await askForRootKey(asking))
}
