import { annotations } from '@nexqloud/control'
import { WEI_PER_NXQ, type Address } from '@nexqloud/kernel'
import { kinds, type KubeClient } from '@nexqloud/kube'
import { readServingMasternodes } from '@nexqloud/ledger'

import { callLeases } from '../account/call.ts'
import { findWallet } from '../keystore/keyring.ts'
import { makeNetworkKey } from '../network/founder-keys.ts'
import { openSession, type Session } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { sendTransaction } from '../transaction/send.ts'
import { openWallet } from '../transaction/sender.ts'
import { NoMasternodeError } from './errors.ts'

/** The wallet whose account pays for the namespace `default`. */
export const TENANT = 'tenant'
export const NAMESPACE = 'default'

/** What the faucet gives it, and what of that may be spent; in dollars as many, at the first price of a local network. */
const FIRST_NXQ = 1000n
/** What all that runs may cost together: 1,000 dollars an hour. */
const MAX_RATE_MICRO_USD = 1_000_000_000

/**
 * Opens the account of whoever launches instances on a network of this machine, unless it is there; returns it. What its owner has changed stays as it
 * is. May be called again after a crash.
 */
export async function openAccount(
  client: Pick<KubeClient, 'get' | 'patch'>,
  { folder, shell }: { readonly folder: string; readonly shell: Shell },
): Promise<Address> {
  const account = await makeNetworkKey(folder, TENANT)
  const session = await openSession({ data: folder }, shell)
  const { maxTotal, balance } = await session.ledger.leases.read.account([account])
  // The limits are set last.
  if (maxTotal === 0n) await fill(session, { account, balance })
  await assignNamespace(client, account)
  return account
}

async function fill(
  session: Session,
  { account, balance }: { readonly account: Address; readonly balance: bigint },
): Promise<void> {
  const { keyring, ledger } = session
  const amount = FIRST_NXQ * WEI_PER_NXQ
  if (balance < amount) {
    const faucet = await openWallet(session, findWallet(keyring, 'faucet'), {})
    const deposit = callLeases({ functionName: 'deposit', args: [account] }, amount - balance)
    await sendTransaction(session, faucet, deposit)
  }
  const tenant = await openWallet(session, findWallet(keyring, TENANT), {})
  const masternode = await findMasternode(session)
  if (!(await ledger.leases.read.isApproved([account, masternode]))) {
    const approval = callLeases({ functionName: 'approve', args: [masternode] })
    await sendTransaction(session, tenant, approval)
  }
  const limits = callLeases({ functionName: 'setLimits', args: [amount, MAX_RATE_MICRO_USD] })
  await sendTransaction(session, tenant, limits)
}

/** One that was away for a while is not active, and serves again once it runs. */
async function findMasternode({ keyring, ledger }: Session): Promise<number> {
  const { address } = findWallet(keyring, 'masternode')
  const serving = await readServingMasternodes(ledger)
  const own = serving.find(({ signer }) => signer === address)
  if (own === undefined) throw new NoMasternodeError(address)
  return own.id
}

/** Whoever has written an account there wants that one. */
async function assignNamespace(
  client: Pick<KubeClient, 'get' | 'patch'>,
  account: Address,
): Promise<void> {
  const { metadata } = await client.get(kinds.namespaces, { name: NAMESPACE })
  if (metadata?.annotations?.[annotations.account] !== undefined) return
  await client.patch(
    kinds.namespaces,
    { name: NAMESPACE },
    { type: 'merge', body: { metadata: { annotations: { [annotations.account]: account } } } },
  )
}
