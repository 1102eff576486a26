import { accountOf, type Address } from '@nexqloud/kernel'
import {
  findRefusal,
  withLease,
  type Funds,
  type LeaseOpening,
  type ListedKind,
} from '@nexqloud/rules'

import type { RefusedOpening } from './meter-ledger.ts'

/** A lease that begins in the last few seconds is nobody's past: what its account has now is what decides. */
const PRESENT_SECONDS = 10

/** What openings are weighed by. */
export type Means = {
  readonly kinds: readonly ListedKind[]
  /** Returns what an account has; nothing where only the chain knows. */
  readonly fundsOf: (account: Address) => Funds | undefined
  readonly nowSeconds: number
  /** Whether one was refused before, and is tried again for nothing but that its account has become better: then that has to be enough, whenever it begins. */
  readonly isHurried: (opening: LeaseOpening) => boolean
}

/** Leaves out what an account cannot pay for: the chain would say the same, and take a fee. Those before have its money first. */
export function weighOpenings(
  openings: readonly LeaseOpening[],
  { kinds, fundsOf, nowSeconds, isHurried }: Means,
): { readonly payable: readonly LeaseOpening[]; readonly refused: readonly RefusedOpening[] } {
  const rates = new Map(kinds.map(({ id, microUsdPerHour }) => [id, microUsdPerHour]))
  const left = new Map<Address, Funds>()
  const payable: LeaseOpening[] = []
  const refused: RefusedOpening[] = []
  for (const opening of openings) {
    const account = accountOf(opening.instance)
    const rate = rates.get(opening.kind) ?? 0n
    const funds = left.get(account) ?? fundsOf(account)
    const isPresent = opening.startedAt + PRESENT_SECONDS >= nowSeconds
    const isWeighed = isPresent || isHurried(opening)
    const reason = funds && isWeighed ? findRefusal(funds, rate) : undefined
    if (reason === undefined) payable.push(opening)
    else refused.push({ opening, reason })
    if (reason === undefined && funds !== undefined) left.set(account, withLease(funds, rate))
  }
  return { payable, refused }
}
