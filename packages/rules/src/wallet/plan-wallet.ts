import type { Address } from '@nexqloud/kernel'

/** What a wallet that somebody keeps for a tenant shall do. */
export type WalletWish = {
  /** Whether its keeper may open leases on its account. */
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
  /** The number of the transaction that announces it: once that is used, it is announced. */
  readonly nonce: number
  readonly isDone: boolean
}

/** How the chain stands to a wallet. */
export type WalletFacts = {
  /** What the wallet itself has. */
  readonly balanceWei: bigint
  /** The number of its next transaction. */
  readonly nonce: number
  readonly isApproved: boolean
  readonly maxTotalWei: bigint
  readonly maxRate: bigint
  readonly leavingWei: bigint
}

/** A transaction of the wallet. */
export type WalletAction =
  | { readonly does: 'approve' }
  | { readonly does: 'revoke' }
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
  { nonce, leavingWei }: WalletFacts,
  progress: WithdrawalProgress | undefined,
): WalletPlan {
  if (wish === undefined || wish.serial < (progress?.serial ?? 0)) return { actions: [] }
  const { serial, to, amountWei } = wish
  const isBegun = progress?.serial === serial
  if (isBegun && progress.isDone) return { actions: [] }
  // Only its keeper sends with its key: a number that is used was used for this.
  const isAnnounced = isBegun && nonce > progress.nonce
  if (!isAnnounced) return { actions: [{ does: 'announce', amountWei, serial }] }
  if (leavingWei > 0n) return { actions: [{ does: 'withdraw', to }] }
  return { actions: [], done: { ...progress, isDone: true } }
}

function planStanding(wish: WalletWish, facts: WalletFacts): readonly WalletAction[] {
  const { maxTotalWei, maxRate, approves } = wish
  const areSet = maxTotalWei === facts.maxTotalWei && maxRate === facts.maxRate
  const spare = facts.balanceWei - WALLET_KEEPS_WEI
  return [
    ...(areSet ? [] : [{ does: 'setLimits', maxTotalWei, maxRate } as const]),
    ...(approves === facts.isApproved ? [] : [{ does: approves ? 'approve' : 'revoke' } as const]),
    // Less than what it keeps is not worth the fee.
    ...(approves && spare >= WALLET_KEEPS_WEI
      ? [{ does: 'deposit', amountWei: spare } as const]
      : []),
  ]
}
