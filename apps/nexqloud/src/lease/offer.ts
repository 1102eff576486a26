import { payerOf, shapeOf, type Instance } from '@nexqloud/control'
import { kinds } from '@nexqloud/kube'
import { readListedKinds } from '@nexqloud/ledger'
import {
  chooseKind,
  instanceTypes,
  rivalPricesOf,
  type InstanceShape,
  type RivalPrices,
} from '@nexqloud/rules'

import type { InstanceSession } from '../instance/instance-session.ts'
import type { ReadOptions } from '../option.ts'
import { openSession } from '../session/session.ts'
import {
  AccountTooLowError,
  ChainSilentError,
  NotSoldError,
  RateAboveLimitError,
} from './errors.ts'

/** What an order costs, before it is given. */
export type Offer = {
  /** Who pays. */
  readonly account: string
  /** What each is paid as. */
  readonly kind: string
  /** All of them together. */
  readonly microUsdPerHour: bigint
  /** How long the account pays for this beside what runs already: whole seconds. */
  readonly runwaySeconds: bigint
  /** One of them elsewhere, in micro-dollars an hour. */
  readonly elsewhere: RivalPrices
}

/** An order of so many that are alike. */
export type Order = { readonly template: Instance['spec']['template']; readonly count: number }

/**
 * Returns what an order costs; nothing where nobody pays for the namespace.
 *
 * @throws {@link NotSoldError}, {@link RateAboveLimitError}
 * @throws {@link AccountTooLowError} where the account cannot pay for its begin.
 * @throws {@link ChainSilentError} where nobody can say.
 */
export async function readOffer(
  { client, namespace, shell }: InstanceSession,
  { template, count }: Order,
  options: ReadOptions,
): Promise<Offer | undefined> {
  const account = payerOf(await client.get(kinds.namespaces, { name: namespace }))
  if (account === undefined) return undefined
  const { ledger } = await openSession(options, shell).catch((cause: unknown) => {
    throw new ChainSilentError(cause)
  })
  const now = BigInt(Math.floor(shell.clock.wallMs() / 1000) + 1)
  const [listed, spendable, { rateSum, maxRate }, price, { bufferSeconds }] = await Promise.all([
    readListedKinds(ledger),
    ledger.leases.read.spendableAt([account, now]),
    ledger.leases.read.account([account]),
    ledger.prices.read.currentPrice(),
    ledger.leases.read.terms(),
  ])
  const shape: InstanceShape = shapeOf({ spec: template.spec })
  const kind = chooseKind(shape, listed)
  const type = kind && instanceTypes.get(kind.name)
  if (kind === undefined || type === undefined) throw new NotSoldError(shape)
  const microUsdPerHour = kind.microUsdPerHour * BigInt(count)
  const weiPerHour = (rate: bigint): bigint => rate * price
  const rate = rateSum + microUsdPerHour
  if (rate > maxRate) throw new RateAboveLimitError(account, { rate, maxRate })
  const left = spendable - (weiPerHour(microUsdPerHour) * BigInt(bufferSeconds)) / 3600n
  if (left <= 0n) throw new AccountTooLowError(account, { spendable, microUsdPerHour })
  return {
    account,
    kind: kind.name,
    microUsdPerHour,
    runwaySeconds: (left * 3600n) / weiPerHour(rate),
    elsewhere: rivalPricesOf(type),
  }
}
