import type { OpenWallet, WalletOwner, WalletVault } from '@nexqloud/control'
import { BaseError, type MasternodeId } from '@nexqloud/kernel'
import { kinds, StatusError, type KubeClient } from '@nexqloud/kube'
import { bytesToHex, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts'

import type { Seal } from './seal.ts'

/** Where sealed keys lie: no tenant has this namespace. A secret's name is the uid of the namespace that its wallet is of. */
export const WALLETS_NAMESPACE = 'nexqloud-wallets'

/** What a secret says beside the sealed key. */
const fields = {
  sealed: 'sealed',
  by: 'sealed-by',
  masternode: 'masternode',
  of: 'namespace',
} as const

/** What a vault stands on. */
export type KubeVaultParts = {
  readonly client: Pick<KubeClient, 'create' | 'get'>
  readonly seal: Seal
  /** Returns who keeps these wallets, on the chain. */
  readonly own: () => Promise<MasternodeId>
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
export function createKubeVault(parts: KubeVaultParts): WalletVault {
  const { client, seal, use, own } = parts
  return {
    open: async (owner) => {
      const secret = (await read(client, owner)) ?? (await make(parts, owner))
      if (secret[fields.by] !== seal.id) {
        return secret[fields.masternode] === String(await own()) ? 'locked' : undefined
      }
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
    const plain = (field: string) => Buffer.from(data[field] ?? '', 'base64').toString()
    const { by, masternode } = fields
    return { ...data, [by]: plain(by), [masternode]: plain(masternode) }
  } catch (failure) {
    if (failure instanceof StatusError && failure.reason === 'NotFound') return undefined
    throw failure
  }
}

/** Of two masternodes that make one at once the API lets one have it. */
async function make({ client, seal, own }: KubeVaultParts, owner: WalletOwner): Promise<Sealed> {
  await createIfAbsent(
    client.create(kinds.namespaces, {}, { metadata: { name: WALLETS_NAMESPACE } }),
  )
  const sealed = seal.close(keyBytes(generatePrivateKey()), contextOf(owner))
  const data = {
    [fields.sealed]: sealed.toString('base64'),
    [fields.by]: Buffer.from(seal.id).toString('base64'),
    [fields.masternode]: Buffer.from(String(await own())).toString('base64'),
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
