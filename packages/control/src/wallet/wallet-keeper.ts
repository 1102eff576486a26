import { parseAddress, type Address, type Clock } from '@nexqloud/kernel'
import { createInformer, kinds, type KubeClient } from '@nexqloud/kube'
import {
  planWallet,
  type WalletAction,
  type WalletFacts,
  type WalletWish,
  type WithdrawalProgress,
} from '@nexqloud/rules'

import { defineForSure } from '../object/define-kind.ts'
import { annotations } from '../object/names.ts'
import { toIso } from '../object/object.ts'
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

/** A wallet that is open. Its key is known to whoever made this alone. */
export type OpenWallet = {
  readonly address: Address
  readonly readFacts: () => Promise<WalletFacts>
  /** Resolves with why the chain would refuse an action now; nothing where it would take it. */
  readonly refusalOf: (action: WalletAction) => Promise<string | undefined>
  /** Sends an action with the number that it is given, and resolves with its hash once it is in a block; with nothing where it failed there. */
  readonly act: (action: WalletAction, nonce: number) => Promise<string | undefined>
}

/** Keys of wallets, sealed where they lie. */
export type WalletVault = {
  /** Returns the wallet of a namespace, and makes it where there is none; nothing where another masternode keeps it. */
  readonly open: (owner: WalletOwner) => Promise<OpenWallet | undefined>
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
  if (account === undefined) await assign(client, namespace, open.address)
  const keeper = { client, namespace, wallet, open, nowMs: clock.wallMs() }
  const taken = await step(keeper)
  const other = account === open.address ? undefined : account
  await writeStatus(keeper, { condition: conditionOf(taken, other), hash: taken.hash })
  return taken.hash === undefined ? undefined : 0
}

type Found = {
  readonly wallet: ManagedWallet
  readonly owner: WalletOwner
  /** Who pays for the namespace. */
  readonly account: string | undefined
}

async function readWallet(client: KubeClient, namespace: string): Promise<Found | undefined> {
  const { items } = await client.list(managedWallets, { namespace })
  const wallet = items.find(({ metadata }) => metadata?.name === WALLET_NAME)
  if (wallet === undefined || wallet.metadata?.deletionTimestamp !== undefined) return undefined
  const { metadata } = await client.get(kinds.namespaces, { name: namespace })
  const owner = { namespace, namespaceUid: metadata?.uid ?? '' }
  return { wallet, owner, account: metadata?.annotations?.[annotations.account]?.toLowerCase() }
}

/** Whoever has written another account there wants that one. */
async function assign(client: KubeClient, name: string, address: Address): Promise<void> {
  const body = { metadata: { annotations: { [annotations.account]: address } } }
  await client.patch(kinds.namespaces, { name }, { type: 'merge', body })
}

type Keeping = {
  readonly client: KubeClient
  readonly namespace: string
  readonly wallet: ManagedWallet
  readonly open: OpenWallet
  readonly nowMs: number
}

type Step = { readonly hash?: string | undefined; readonly refusals: readonly string[] }

/** Does the first thing that the chain takes; the next one is planned by what that led to. */
async function step(keeping: Keeping): Promise<Step> {
  const { open, wallet } = keeping
  const facts = await open.readFacts()
  const { actions, done } = planWallet(wishOf(wallet), facts, wallet.status?.withdrawal)
  if (done !== undefined) await writeProgress(keeping, done)
  const refusals: string[] = []
  for (const action of actions) {
    const refusal = await open.refusalOf(action)
    if (refusal !== undefined) {
      refusals.push(refusal)
      continue
    }
    const { nonce } = facts
    if (action.does === 'announce') {
      await writeProgress(keeping, { serial: action.serial, nonce, isDone: false })
    }
    const hash = await open.act(action, nonce)
    if (hash !== undefined) return { hash, refusals }
    // The number is used, and nothing is announced by it.
    if (action.does === 'announce') {
      await writeProgress(keeping, { serial: action.serial, nonce: nonce + 1, isDone: false })
    }
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

function conditionOf(
  { hash, refusals }: Step,
  other: string | undefined,
): Pick<WalletCondition, 'status' | 'reason' | 'message'> {
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

async function writeStatus(
  { client, namespace, wallet, open, nowMs }: Keeping,
  {
    condition,
    hash,
  }: {
    readonly condition: Pick<WalletCondition, 'status' | 'reason' | 'message'>
    readonly hash: string | undefined
  },
): Promise<void> {
  const [before] = wallet.status?.conditions ?? []
  const isSame = before?.status === condition.status
  const lastTransitionTime = isSame ? before.lastTransitionTime : toIso(nowMs)
  const status = {
    observedGeneration: wallet.metadata?.generation ?? 0,
    address: open.address,
    conditions: [{ type: 'Ready', ...condition, lastTransitionTime }],
    ...(hash !== undefined && { lastTransaction: hash }),
  }
  await patchStatus(client, namespace, status)
}

/** Written down before it is sent: whoever comes after knows by its number whether it was. */
async function writeProgress(
  { client, namespace }: Keeping,
  { serial, nonce, isDone }: WithdrawalProgress,
): Promise<void> {
  await patchStatus(client, namespace, { withdrawal: { serial, nonce, isDone } })
}

async function patchStatus(
  client: KubeClient,
  namespace: string,
  status: Parameters<KubeClient['patch']>[2]['body'],
): Promise<void> {
  const name = { namespace, name: WALLET_NAME, subresource: 'status' }
  await client.patch(managedWallets, name, { type: 'merge', body: { status } })
}
