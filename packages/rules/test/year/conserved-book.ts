import { accountOf, type Address } from '@nexqloud/kernel'

import {
  accountIn,
  integralAt,
  reservedOf,
  stepLeases,
  type LeaseAction,
  type LeaseBook,
  type LeaseEffect,
  type LeaseOutcome,
} from '../../src/index.ts'

/** All that came into accounts and went out of them, in wei. */
export type Flows = {
  deposited: bigint
  withdrawn: bigint
  credited: bigint
  paid: bigint
  rewarded: bigint
}

/** A book that throws as soon as a wei appears or is lost, at whichever step. */
export class ConservedBook {
  book: LeaseBook
  steps = 0
  readonly flows: Flows = { deposited: 0n, withdrawn: 0n, credited: 0n, paid: 0n, rewarded: 0n }
  /** What device owners, masternodes, reserve and network had of what was paid. */
  shared = 0n
  /** What all accounts have. */
  #held = 0n
  readonly #onStep: (action: LeaseAction, outcome: LeaseOutcome) => void

  constructor(
    book: LeaseBook,
    onStep: (action: LeaseAction, outcome: LeaseOutcome) => void = () => {},
  ) {
    this.book = book
    this.#onStep = onStep
  }

  /** Does something, and compares what it changed with what it says that it moved. */
  do(action: LeaseAction): LeaseOutcome {
    const account = accountOfAction(action)
    const before = account === undefined ? 0n : ownedBy(this.book, account)
    const outcome = stepLeases(this.book, action)
    this.book = outcome.book
    this.steps += 1
    this.#onStep(action, outcome)
    if (!outcome.done) return outcome
    if (action.action === 'deposit') this.flows.deposited += action.amount
    for (const effect of outcome.effects) this.#count(effect)
    if (account === undefined) return outcome
    this.#held += ownedBy(this.book, account) - before
    const { deposited, credited, withdrawn, paid, rewarded } = this.flows
    if (this.#held !== deposited + credited - withdrawn - paid - rewarded || this.shared !== paid) {
      throw new Error(`Step ${this.steps}, ${action.action}, changed how much money there is.`)
    }
    assertSound(this.book, account)
    return outcome
  }

  /** What all accounts have, added up anew. */
  heldInAll(): bigint {
    let sum = 0n
    for (const { balance, leaving } of this.book.accounts.values()) sum += balance + leaving
    return sum
  }

  #count(effect: LeaseEffect): void {
    if (effect.effect === 'withdrawn') this.flows.withdrawn += effect.amount
    if (effect.effect === 'credited') this.flows.credited += effect.amount
    if (effect.effect === 'rewarded') this.flows.rewarded += effect.amount
    if (effect.effect !== 'billed') return
    const { owner, masternode, reserve, network } = effect.parts
    this.flows.paid += effect.paid
    this.shared += owner + masternode + reserve + network
  }
}

/** Returns whose account an action is about; nothing where it is about the network. */
export function accountOfAction(action: LeaseAction): Address | undefined {
  if (action.action === 'deposit') return action.account
  if (action.action === 'open') return accountOf(action.opening.instance)
  if ('instance' in action) return accountOf(action.instance)
  return 'device' in action || 'kind' in action ? undefined : action.by
}

function ownedBy(book: LeaseBook, account: Address): bigint {
  const { balance, leaving } = accountIn(book, account)
  return balance + leaving
}

function assertSound(book: LeaseBook, account: Address): void {
  const own = accountIn(book, account)
  const reserved = reservedOf(own, integralAt(book.prices, book.time))
  const isSound =
    own.holds <= own.balance &&
    [own.balance, own.leaving, own.holds, own.buffers, own.rateSum, reserved].every((n) => n >= 0n)
  if (!isSound) throw new Error(`The account ${account} keeps sums that cannot be.`)
}
