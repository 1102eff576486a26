import {
  accountOf,
  parseMasternodeId,
  type Address,
  type Clock,
  type InstanceKey,
} from '@nexqloud/kernel'
import { findRefusal, type Funds, type LeaseOpening, type LeaseRef } from '@nexqloud/rules'

import type { KnownLease } from '../src/meter/meter-ledger.ts'

/** Kinds of the local network, as far as tests ask for them. */
export const kinds = [
  { id: 2, name: 't3.micro', microUsdPerHour: 4000n },
  { id: 5, name: 't3.large', microUsdPerHour: 32_000n },
]

/** Who opens. */
export const opener = parseMasternodeId(1)

/** How far back an opening may begin, and for how long a lease sets its cost aside: seconds. */
export const DELAY_SECONDS = 60
const BUFFER_SECONDS = 60

/** A micro-USD an hour costs a wei a second. */
const PRICE = 3600n

/** What an account has and allows. */
export type MemoryAccount = {
  /** Wei in all: nothing is billed, and what leases reserved stays so. */
  deposited: bigint
  maxRate: bigint
  isApproved: boolean
}

/** A lease, and what it costs: micro-USD an hour. */
type MemoryLease = KnownLease & { readonly rate: bigint }

/** Accounts and leases in memory, by the contract's rules on tokens, times and money. */
export class MemoryLeases {
  readonly #leases = new Map<InstanceKey, MemoryLease>()
  readonly #accounts = new Map<Address, MemoryAccount>()
  /** What leases have cost that are not the newest of their instance. */
  readonly #past = new Map<Address, bigint>()
  readonly #changes: InstanceKey[] = []
  readonly #clock: Pick<Clock, 'wallMs'>

  constructor(
    clock: Pick<Clock, 'wallMs'>,
    others: readonly (readonly [InstanceKey, KnownLease])[],
  ) {
    this.#clock = clock
    for (const [instance, lease] of others) this.put(instance, lease)
  }

  get all(): ReadonlyMap<InstanceKey, KnownLease> {
    return this.#leases
  }

  /** Whose lease was opened or closed, in order. */
  get changes(): readonly InstanceKey[] {
    return this.#changes
  }

  now(): number {
    return Math.floor(this.#clock.wallMs() / 1000)
  }

  /** One of which nothing was said has enough. */
  account(account: Address): MemoryAccount {
    const fresh = { deposited: 10n ** 18n, maxRate: 10n ** 12n, isApproved: true }
    const found = this.#accounts.get(account) ?? fresh
    this.#accounts.set(account, found)
    return found
  }

  fundsOf(account: Address): Funds {
    const { deposited, maxRate, isApproved } = this.account(account)
    const own = [...this.#leases].filter(([instance]) => accountOf(instance) === account)
    const claimed = own.reduce((sum, [, lease]) => sum + this.#claimOf(lease), 0n)
    const open = own.filter(([, { end }]) => end === undefined)
    return {
      at: this.now(),
      spendable: deposited - claimed - (this.#past.get(account) ?? 0n),
      rateSum: open.reduce((sum, [, { rate }]) => sum + rate, 0n),
      maxRate,
      isApproved,
      weiPerMicroUsd: PRICE,
      bufferSeconds: BUFFER_SECONDS,
    }
  }

  /** Another masternode has opened it, as its account let it. */
  put(instance: InstanceKey, lease: KnownLease): void {
    this.#set(instance, { ...lease, rate: 0n })
  }

  /** Returns why it is not closed; nothing where it is. */
  close({ instance, token }: LeaseRef): string | undefined {
    const last = this.#leases.get(instance)
    if (last?.token !== token || last.end !== undefined) return 'NotOpen'
    const { isApproved } = this.account(accountOf(instance))
    if (!isApproved && last.opener !== opener) return 'NotAllowed'
    this.#set(instance, { ...last, end: this.now() })
    return undefined
  }

  /** Returns why it is not opened; nothing where it is. */
  open({ instance, token, device, startedAt, kind }: LeaseOpening): string | undefined {
    const last = this.#leases.get(instance)
    const account = accountOf(instance)
    const rate = kinds.find(({ id }) => id === kind)?.microUsdPerHour ?? 0n
    const funds = this.fundsOf(account)
    const spendable = funds.spendable - BigInt(this.now() - startedAt) * rate
    const reason =
      this.#findLapse(last, { token, startedAt }) ?? findRefusal({ ...funds, spendable }, rate)
    if (reason !== undefined) return reason
    if (last !== undefined) {
      this.#past.set(account, (this.#past.get(account) ?? 0n) + this.#claimOf(last))
    }
    this.#set(instance, { token, device, kind, startedAt, end: undefined, opener, rate })
    return undefined
  }

  #set(instance: InstanceKey, lease: MemoryLease): void {
    this.#leases.set(instance, lease)
    this.#changes.push(instance)
  }

  /** What a lease reserves, and while it is open its buffer. */
  #claimOf({ startedAt, end, rate }: MemoryLease): bigint {
    const buffer = end === undefined ? BUFFER_SECONDS : 0
    return rate * BigInt(Math.max(0, (end ?? this.now()) - startedAt) + buffer)
  }

  #findLapse(
    last: MemoryLease | undefined,
    { token, startedAt }: Pick<LeaseOpening, 'token' | 'startedAt'>,
  ): string | undefined {
    const now = this.now()
    if (token <= (last?.token ?? 0n)) return 'TokenNotNext'
    if (last !== undefined && last.end === undefined) return 'LeaseStillOpen'
    if (startedAt > now) return 'StartInFuture'
    return startedAt < Math.max(now - DELAY_SECONDS, last?.end ?? 0) ? 'StartTooEarly' : undefined
  }
}
