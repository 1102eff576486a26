import type { Address, MasternodeId } from '@nexqloud/kernel'

/** What a wallet that somebody keeps for a tenant shall do. */
export type WalletWish = {
  /** Whether leases may be opened on its account, by each masternode that steers its instances. */
  readonly approves: boolean
  readonly maxTotalWei: bigint
  /** Micro-USD an hour. */
  readonly maxRate: bigint
  /** What shall leave its account; done once for each serial, which rises. */
  readonly withdraw?: WithdrawalWish | undefined
}

/** What shall leave, and where to. */
export type WithdrawalWish = {
  readonly serial: number
  readonly to: Address
  readonly amountWei: bigint
}

/** How far a withdrawal has come; it is written down before it is announced. */
export type WithdrawalProgress = {
  readonly serial: number
  /** The number of the transaction that announces it. */
  readonly nonce: number
  /** All that were signed with this number to announce it: one of them is in a block, or none was. */
  readonly hashes: readonly string[]
  readonly isDone: boolean
}

/** A masternode, as a wallet stands to it. */
export type WalletMasternode = {
  readonly id: MasternodeId
  readonly isApproved: boolean
  /** Whether it steers instances of the wallet's API: whoever acts for all of these opens the leases. */
  readonly isHere: boolean
}

/** How the chain stands to a wallet. */
export type WalletFacts = {
  /** What the wallet itself has. */
  readonly balanceWei: bigint
  /** The number of its next transaction. */
  readonly nonce: number
  /** Those that are here, and all that it has ever approved. */
  readonly masternodes: readonly WalletMasternode[]
  readonly maxTotalWei: bigint
  readonly maxRate: bigint
  readonly leavingWei: bigint
  /** Whether a transaction that the progress names has announced it. Read after the number, and before what leaves. */
  readonly isAnnounced: boolean
}

/** A transaction of the wallet. */
export type WalletAction =
  | { readonly does: 'approve' | 'revoke'; readonly masternode: MasternodeId }
  | { readonly does: 'setLimits'; readonly maxTotalWei: bigint; readonly maxRate: bigint }
  | { readonly does: 'deposit'; readonly amountWei: bigint }
  | { readonly does: 'announce'; readonly amountWei: bigint; readonly serial: number }
  | { readonly does: 'withdraw'; readonly to: Address }

/** What is to be done, in this order; each may be refused, and holds nothing else up. */
export type WalletPlan = {
  readonly actions: readonly WalletAction[]
  /** The progress that has come to its end. */
  readonly done?: WithdrawalProgress
}

/** A hundredth of an NXQ stays in the wallet, for fees. */
export const WALLET_KEEPS_WEI = 10n ** 16n

/** Returns what brings a wallet nearer to what it shall do. */
export function planWallet(
  wish: WalletWish,
  facts: WalletFacts,
  progress: WithdrawalProgress | undefined,
): WalletPlan {
  const withdrawal = planWithdrawal(wish.withdraw, facts, progress)
  return { ...withdrawal, actions: [...withdrawal.actions, ...planStanding(wish, facts)] }
}

function planWithdrawal(
  wish: WithdrawalWish | undefined,
  { leavingWei, isAnnounced }: WalletFacts,
  progress: WithdrawalProgress | undefined,
): WalletPlan {
  if (wish === undefined || wish.serial < (progress?.serial ?? 0)) return { actions: [] }
  const { serial, to, amountWei } = wish
  const isBegun = progress?.serial === serial
  if (isBegun && progress.isDone) return { actions: [] }
  if (!isBegun || !isAnnounced) return { actions: [{ does: 'announce', amountWei, serial }] }
  if (leavingWei > 0n) return { actions: [{ does: 'withdraw', to }] }
  return { actions: [], done: { ...progress, isDone: true } }
}

/** So many are kept of the first and of the newest ones with a number: a node has the first one waiting, and refuses those after it that offer hardly more. */
const KEPT_HASHES = 16

/** Returns what is to be written down before a withdrawal is announced by a transaction. */
export function beginWithdrawal(
  progress: WithdrawalProgress | undefined,
  {
    serial,
    nonce,
    hash,
  }: { readonly serial: number; readonly nonce: number; readonly hash: string },
): WithdrawalProgress {
  const isAgain = progress?.serial === serial && progress.nonce === nonce
  const all = [...new Set([...(isAgain ? progress.hashes : []), hash])]
  const hashes = all.filter((_, at) => at < KEPT_HASHES || at >= all.length - KEPT_HASHES)
  return { serial, nonce, hashes, isDone: false }
}

function planStanding(wish: WalletWish, facts: WalletFacts): readonly WalletAction[] {
  const { maxTotalWei, maxRate, approves } = wish
  const areSet = maxTotalWei === facts.maxTotalWei && maxRate === facts.maxRate
  const spare = facts.balanceWei - WALLET_KEEPS_WEI
  return [
    ...(areSet ? [] : [{ does: 'setLimits', maxTotalWei, maxRate } as const]),
    ...planApprovals(approves, facts.masternodes),
    // Less than what it keeps is not worth the fee.
    ...(approves && spare >= WALLET_KEEPS_WEI
      ? [{ does: 'deposit', amountWei: spare } as const]
      : []),
  ]
}

/** One that has left stays approved: it may come back, and is revoked with the others. */
function planApprovals(
  approves: boolean,
  masternodes: readonly WalletMasternode[],
): readonly WalletAction[] {
  const does = approves ? 'approve' : 'revoke'
  return masternodes
    .filter(({ isApproved, isHere }) => (approves ? isHere && !isApproved : isApproved))
    .map(({ id: masternode }) => ({ does, masternode }))
}
