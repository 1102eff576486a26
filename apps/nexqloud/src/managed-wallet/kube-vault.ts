import type { OpenWallet, WalletOwner, WalletVault } from '@nexqloud/control'
import { BaseError } from '@nexqloud/kernel'
import { kinds, StatusError, type KubeClient } from '@nexqloud/kube'
import { bytesToHex, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'

import type { Seal } from './seal.ts'

/** Where sealed keys lie: no tenant has this namespace. A secret's name is the uid of the namespace that its wallet is of. */
export const WALLETS_NAMESPACE = 'nexqloud-wallets'

/** What a secret says beside the sealed key. */
const fields = { sealed: 'sealed', by: 'sealed-by', of: 'namespace' } as const

/** What a vault stands on. */
export type KubeVaultParts = {
  readonly client: Pick<KubeClient, 'create' | 'get'>
  readonly seal: Seal
  /** Returns what a key is used by; it goes nowhere else. */
  readonly use: (account: PrivateKeyAccount) => Promise<OpenWallet>
}

/** A sealed key is there that this masternode sealed, and it does not open. */
class WalletSealBrokenError extends BaseError {
  constructor(namespace: string, secret: string) {
    super(`The key of the wallet of ${namespace} does not open.`, {
      code: 'WALLET_SEAL_BROKEN',
      kind: 'internal',
      hint: `Put the secret ${WALLETS_NAMESPACE}/${secret} back as it was: nothing else opens this wallet.`,
    })
  }
}

/** Returns keys that lie sealed in an API, each for one namespace; each is made once. */
export function createKubeVault({ client, seal, use }: KubeVaultParts): WalletVault {
  return {
    open: async (owner) => {
      const secret = (await read(client, owner)) ?? (await make(client, owner, seal))
      if (secret[fields.by] !== seal.id) return undefined
      const sealed = Buffer.from(secret[fields.sealed] ?? '', 'base64')
      const key = seal.open(sealed, contextOf(owner))
      if (key === undefined) throw new WalletSealBrokenError(owner.namespace, owner.namespaceUid)
      return use(privateKeyToAccount(bytesToHex(key)))
    },
  }
}

type Sealed = Readonly<Record<string, string>>

async function read(
  client: Pick<KubeClient, 'get'>,
  { namespaceUid: name }: WalletOwner,
): Promise<Sealed | undefined> {
  try {
    const { data = {} } = await client.get(kinds.secrets, { namespace: WALLETS_NAMESPACE, name })
    const by = Buffer.from(data[fields.by] ?? '', 'base64').toString()
    return { ...data, [fields.by]: by }
  } catch (failure) {
    if (failure instanceof StatusError && failure.reason === 'NotFound') return undefined
    throw failure
  }
}

/** Of two masternodes that make one at once the API lets one have it. */
async function make(
  client: KubeVaultParts['client'],
  owner: WalletOwner,
  seal: Seal,
): Promise<Sealed> {
  await createIfAbsent(
    client.create(kinds.namespaces, {}, { metadata: { name: WALLETS_NAMESPACE } }),
  )
  const sealed = seal.close(keyBytes(generatePrivateKey()), contextOf(owner))
  const data = {
    [fields.sealed]: sealed.toString('base64'),
    [fields.by]: Buffer.from(seal.id).toString('base64'),
    [fields.of]: Buffer.from(owner.namespace).toString('base64'),
  }
  const scope = { namespace: WALLETS_NAMESPACE }
  await createIfAbsent(
    client.create(kinds.secrets, scope, { metadata: { name: owner.namespaceUid }, data }),
  )
  const made = await read(client, owner)
  if (made === undefined) throw new TypeError('A secret was made, and is not there.')
  return made
}

async function createIfAbsent(creating: Promise<unknown>): Promise<void> {
  try {
    await creating
  } catch (failure) {
    if (!(failure instanceof StatusError && failure.reason === 'AlreadyExists')) throw failure
  }
}

function keyBytes(key: Hex): Buffer {
  return Buffer.from(key.slice(2), 'hex')
}

/** A secret that is moved, or is of a namespace of an earlier tenant, does not open. */
function contextOf({ namespace, namespaceUid }: WalletOwner): string {
  return `${namespace}/${namespaceUid}`
}
