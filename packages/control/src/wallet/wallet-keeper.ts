import { parseAddress, type Address, type Clock } from '@nexqloud/kernel'
import { createInformer, kinds, type KubeClient } from '@nexqloud/kube'
import {
  beginWithdrawal,
  planWallet,
  type WalletAction,
  type WalletFacts,
  type WalletWish,
  type WithdrawalProgress,
} from '@nexqloud/rules'

import { defineForSure } from '../object/define-kind.ts'
import { annotations } from '../object/names.ts'
import { toIso, toJson } from '../object/object.ts'
import { createWorkQueue } from '../object/work-queue.ts'
import {
  defineManagedWallets,
  managedWallets,
  WALLET_NAME,
  type ManagedWallet,
  type WalletCondition,
} from './managed-wallet.ts'

/** A namespace, by what no later one of its name has. */
export type WalletOwner = { readonly namespace: string; readonly namespaceUid: string }

/** What was written down of a wallet. */
export type KnownOfWallet = {
  /** What is announced is so by one of these transactions. */
  readonly announcements: readonly string[]
  /** All that it has ever approved. */
  readonly approved: readonly number[]
}

/** A wallet that is open. Its key is known to whoever made this alone. */
export type OpenWallet = {
  readonly address: Address
  readonly readFacts: (known: KnownOfWallet) => Promise<WalletFacts>
  /** Resolves with why the chain would refuse an action now; nothing where it would take it. */
  readonly refusalOf: (action: WalletAction) => Promise<string | undefined>
  /**
   * Sends an action with the number that it is given, once its hash was taken note of, and resolves with that once it is in a block; with nothing
   * where it failed there.
   */
  readonly act: (
    action: WalletAction,
    nonce: number,
    note: (hash: string) => Promise<void>,
  ) => Promise<string | undefined>
}

/** Keys of wallets, sealed where they lie. */
export type WalletVault = {
  /** Returns the wallet of a namespace, and makes it where there is none; `locked` where this masternode made it and cannot open it any more; nothing where another one keeps it. */
  readonly open: (owner: WalletOwner) => Promise<OpenWallet | 'locked' | undefined>
}

/** What a keeper stands on. */
export type WalletKeeperOptions = {
  readonly client: KubeClient
  readonly vault: WalletVault
  readonly clock: Clock
  readonly onFailure: (failure: unknown) => void
}

/** Between two looks at what the chain has: NXQ may have come. */
const LOOK_MS = 15_000

/** Has each namespace's managed wallet do what its object says, until the signal aborts. */
export async function runWalletKeeper(
  options: WalletKeeperOptions,
  signal: AbortSignal,
): Promise<void> {
  const { client, clock, onFailure } = options
  await defineForSure(options, defineManagedWallets, signal)
  const informer = createInformer(client, {
    kind: managedWallets,
    clock,
    onChange: (change) => {
      const { metadata } = change.object
      // Its own status is no news: what failed is tried at the next look, not at once for ever.
      const isOwn =
        change.type === 'updated' && change.previous.metadata?.generation === metadata?.generation
      if (!isOwn) queue.add(metadata?.namespace ?? '')
    },
    onFailure,
  })
  const queue = createWorkQueue({
    reconcile: (namespace) => reconcile(options, namespace),
    clock,
    onFailure,
  })
  await Promise.all([informer.run(signal), queue.run(signal), lookAgain()])

  async function lookAgain(): Promise<void> {
    while (!signal.aborted) {
      await clock.delay(LOOK_MS, signal)
      for (const { metadata } of informer.list()) queue.add(metadata?.namespace ?? '')
    }
  }
}

/** Brings one wallet a step nearer; a namespace has one at a time. */
async function reconcile(
  { client, vault, clock }: WalletKeeperOptions,
  namespace: string,
): Promise<number | undefined> {
  const found = await readWallet(client, namespace)
  if (found === undefined) return undefined
  const { wallet, owner, account } = found
  const open = await vault.open(owner)
  // Another masternode keeps it, and says how it is.
  if (open === undefined) return undefined
  const object = { client, namespace, wallet, nowMs: clock.wallMs() }
  if (open === 'locked') {
    await writeCondition(object, locked)
    return undefined
  }
  if (account === undefined) await assign(client, found, open.address)
  const keeper = { ...object, open }
  const taken = await step(keeper)
  const other = account === open.address ? undefined : account
  const { address } = open
  const transaction = taken.hash === undefined ? {} : { lastTransaction: taken.hash }
  await writeCondition(keeper, conditionOf(taken, other), { address, ...transaction })
  return taken.hash === undefined ? undefined : 0
}

type Found = {
  readonly wallet: ManagedWallet
  readonly owner: WalletOwner
  /** Of the namespace, when it was read. */
  readonly resourceVersion: string
  /** Who pays for the namespace. */
  readonly account: string | undefined
}

async function readWallet(client: KubeClient, namespace: string): Promise<Found | undefined> {
  const { items } = await client.list(managedWallets, { namespace })
  const wallet = items.find(({ metadata }) => metadata?.name === WALLET_NAME)
  if (wallet === undefined || wallet.metadata?.deletionTimestamp !== undefined) return undefined
  const { metadata } = await client.get(kinds.namespaces, { name: namespace })
  const { uid: namespaceUid = '', resourceVersion = '' } = metadata ?? {}
  const account = metadata?.annotations?.[annotations.account]?.toLowerCase()
  return { wallet, owner: { namespace, namespaceUid }, resourceVersion, account }
}

/** Whoever has written another account there wants that one. */
async function assign(
  client: KubeClient,
  { owner, resourceVersion }: Found,
  address: Address,
): Promise<void> {
  const name = { name: owner.namespace }
  const body = { metadata: { resourceVersion, annotations: { [annotations.account]: address } } }
  await client.patch(kinds.namespaces, name, { type: 'merge', body })
}

type WalletObject = {
  readonly client: KubeClient
  readonly namespace: string
  readonly wallet: ManagedWallet
  readonly nowMs: number
}

type Keeping = WalletObject & { readonly open: OpenWallet }

type Step = { readonly hash?: string | undefined; readonly refusals: readonly string[] }

/** Does the first thing that the chain takes; the next one is planned by what that led to. */
async function step(keeping: Keeping): Promise<Step> {
  const { open, wallet } = keeping
  const { withdrawal, masternodes: approved = [] } = wallet.status ?? {}
  const { hashes: announcements = [] } = withdrawal ?? {}
  const progress = withdrawal && { ...withdrawal, hashes: announcements }
  const facts = await open.readFacts({ announcements, approved })
  const { actions, done } = planWallet(wishOf(wallet), facts, progress)
  if (done !== undefined) await writeProgress(keeping, done)
  const refusals: string[] = []
  for (const action of actions) {
    const refusal = await open.refusalOf(action)
    if (refusal !== undefined) {
      refusals.push(refusal)
      continue
    }
    const { nonce } = facts
    const hash = await open.act(action, nonce, async (signed) => {
      if (action.does === 'approve') {
        // Whoever is to revoke has to know all of them.
        await patchStatus(keeping, { masternodes: [...new Set([...approved, action.masternode])] })
      }
      if (action.does !== 'announce') return
      const { serial } = action
      await writeProgress(keeping, beginWithdrawal(progress, { serial, nonce, hash: signed }))
    })
    if (hash !== undefined) return { hash, refusals }
    return { refusals: [...refusals, `${action.does} failed in its block.`] }
  }
  return { refusals }
}

function wishOf({ spec }: ManagedWallet): WalletWish {
  const { maxTotalWei, maxRateMicroUsd, approve = true, withdraw } = spec
  return {
    approves: approve,
    maxTotalWei: BigInt(maxTotalWei),
    maxRate: BigInt(maxRateMicroUsd),
    ...(withdraw && {
      withdraw: {
        serial: withdraw.serial,
        to: parseAddress(withdraw.to),
        amountWei: BigInt(withdraw.amountWei),
      },
    }),
  }
}

type Condition = Pick<WalletCondition, 'status' | 'reason' | 'message'>

const locked: Condition = {
  status: 'False',
  reason: 'Locked',
  message:
    'It was sealed by a TLS key that its masternode has no more: what is on it stays there until that key is back. Send nothing to it.',
}

function conditionOf({ hash, refusals }: Step, other: string | undefined): Condition {
  if (other !== undefined) {
    const message = `The namespace is paid for by ${other}; this wallet is, once the annotation ${annotations.account} is removed.`
    return { status: 'False', reason: 'OtherAccount', message }
  }
  if (refusals.length > 0) {
    return { status: 'False', reason: 'Refused', message: refusals.join(' ') }
  }
  if (hash !== undefined) {
    return { status: 'False', reason: 'Progressing', message: `${hash} is in its block.` }
  }
  return { status: 'True', reason: 'AsWished', message: 'The chain has what the spec says.' }
}

type Status = NonNullable<ManagedWallet['status']>

async function writeCondition(
  object: WalletObject,
  condition: Condition,
  beside: Pick<Status, 'address' | 'lastTransaction'> = {},
): Promise<void> {
  const { wallet, nowMs } = object
  const [before] = wallet.status?.conditions ?? []
  const isSame = before?.status === condition.status
  const lastTransitionTime = isSame ? before.lastTransitionTime : toIso(nowMs)
  await patchStatus(object, {
    observedGeneration: wallet.metadata?.generation ?? 0,
    conditions: [{ type: 'Ready', ...condition, lastTransitionTime }],
    ...beside,
  })
}

/** Written down before it is sent: whoever comes after knows by its hash whether it was. */
async function writeProgress(keeping: Keeping, withdrawal: WithdrawalProgress): Promise<void> {
  await patchStatus(keeping, { withdrawal })
}

/** One that was made anew meanwhile has wishes of its own. */
async function patchStatus(
  { client, namespace, wallet }: WalletObject,
  status: Status,
): Promise<void> {
  const name = { namespace, name: WALLET_NAME, subresource: 'status' }
  const { uid = '' } = wallet.metadata ?? {}
  const body = toJson({ metadata: { uid }, status })
  await client.patch(managedWallets, name, { type: 'merge', body })
}
