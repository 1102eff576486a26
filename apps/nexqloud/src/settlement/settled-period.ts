import { parsePeriod, type Period } from '@nexqloud/kernel'
import {
  type AcceptedRoot,
  createPeriodReader,
  type Ledger,
  type Payments,
  type PeriodRecord,
  readAcceptedRoot,
  readCalendar,
  readPayments,
} from '@nexqloud/ledger'
import { MISSING_PERIODS, splitIncome, type IncomeParts } from '@nexqloud/rules'

import { keccak256 } from '../keccak256.ts'
import { readChain } from '../session/read-chain.ts'
import { SettlementAbsentError } from './errors.ts'
import type { LeasePrice } from './find-differences.ts'

/** All that the chain says of a period that has a root. */
export type SettledPeriod = {
  readonly accepted: AcceptedRoot
  readonly record: PeriodRecord
  readonly payments: Payments
  readonly price: LeasePrice
  /** How all that leases paid was shared out, in wei. */
  readonly income: IncomeParts
}

/**
 * Reads a period that has a root.
 *
 * @throws {@link SettlementAbsentError} where it has none.
 */
export async function readSettledPeriod(
  ledger: Ledger<undefined>,
  period: Period,
): Promise<SettledPeriod> {
  const accepted = await readAcceptedRoot(ledger, period)
  if (accepted === undefined) throw new SettlementAbsentError(period, await readNewest(ledger))
  const record = await createPeriodReader(ledger, keccak256).read(period)
  const [payments, weiPerMicroUsd, shares, { periodSeconds }] = await Promise.all([
    readPayments(ledger, accepted),
    readChain(ledger.prices.read.weiPerMicroUsd([BigInt(period)])),
    readChain(ledger.treasury.read.incomeSharesAt([BigInt(record.blocks.startTime)])),
    readCalendar(ledger),
  ])
  const parts = payments.bills.map(({ paid }) => splitIncome(paid, shares))
  const passedFrom = accepted.acceptedAt + MISSING_PERIODS * periodSeconds
  return {
    accepted,
    record,
    payments,
    price: { weiPerMicroUsd, leases: record.leases, passedFrom },
    income: parts.reduce(addParts, { owner: 0n, masternode: 0n, reserve: 0n, network: 0n }),
  }
}

async function readNewest({ settlement }: Ledger<undefined>): Promise<Period | undefined> {
  const [exists, newest] = await readChain(settlement.read.newestPeriod())
  return exists ? parsePeriod(Number(newest)) : undefined
}

function addParts(left: IncomeParts, right: IncomeParts): IncomeParts {
  return {
    owner: left.owner + right.owner,
    masternode: left.masternode + right.masternode,
    reserve: left.reserve + right.reserve,
    network: left.network + right.network,
  }
}
