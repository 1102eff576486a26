import {
  readAccountBills,
  readAccountCredits,
  readAccountOpenings,
  readCalendar,
  type AccountBill,
  type Ledger,
} from '@nexqloud/ledger'
import { periodStart } from '@nexqloud/rules'
import { hexToString } from 'viem'

import { formatFields, formatTable, printResult } from '../fields.ts'
import { withInstances, type InstanceOptions } from '../instance/instance-session.ts'
import type { ReadOptions } from '../option.ts'
import { readChain } from '../session/read-chain.ts'
import { openSession, resolveArgument, showAccount } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { showDollars, showNxq } from '../unit.ts'
import { availabilityLines, createAvailability, type Availability } from './availability.ts'
import { costByLabel, showLabel, unknown, type LabelCost } from './cost-by-label.ts'
import { parseMonth } from './month.ts'
import { readLabels } from './read-labels.ts'
import { receiptPage } from './receipt-page.ts'
import { createReceipt, type Receipt } from './receipt.ts'

/** Of which month, and as what. */
export type ReceiptOptions = ReadOptions &
  InstanceOptions & { readonly month?: string; readonly html?: boolean; readonly by?: string }

/** Shows what an account paid in a month, lease by lease. */
export async function showReceipt(
  wanted: string | undefined,
  options: ReceiptOptions,
  shell: Shell,
): Promise<void> {
  const session = await openSession(options, shell)
  const account = resolveArgument(session, wanted, 'account receipts')
  const calendar = await readCalendar(session.ledger)
  const month = parseMonth(options.month, { calendar, nowMs: shell.clock.wallMs() })
  const opened = await readAccountOpenings(session.ledger, account)
  const bills = await readAccountBills(session.ledger, opened, month)
  const kinds = await readKindNames(session.ledger, bills)
  const receipt = createReceipt({ account, month, bills, kinds })
  const costs = await readCosts(receipt, options, shell)
  const toTime = periodStart(calendar, month.to)
  const { waits, credits } = await readAccountCredits(session.ledger, opened, { toTime, ...month })
  const availability = createAvailability({ bills, waits, credits, calendar })
  if (options.html === true) return shell.printer.line(receiptPage(receipt, availability, costs))
  const head = formatFields([
    ['account', showAccount(session, account)],
    ['month', receipt.month],
    ['paid', showNxq(receipt.paid)],
    ['never collected', showNxq(receipt.shortfall)],
    ['credited', showNxq(availability.credited)],
    ['net', showNxq(receipt.paid - availability.credited)],
  ])
  printResult(
    {
      document: {
        ...documentOf(receipt, bills),
        ...(costs && { byLabel: costs.map(toDocument) }),
        ...availabilityDocument(receipt, availability),
      },
      lines: [
        ...head,
        ...tableOf(rowsOf(receipt), rowHead),
        ...tableOf(costs?.map(toRow) ?? [], costHead),
        ...availabilityLines(availability),
      ],
    },
    { printer: shell.printer, json: options.json },
  )
}

/** Also of kinds that are sold no more. */
async function readKindNames(
  { prices }: Pick<Ledger<undefined>, 'prices'>,
  bills: readonly AccountBill[],
): Promise<ReadonlyMap<number, string>> {
  const ids = [...new Set(bills.map(({ kind }) => kind))]
  const kinds = await Promise.all(ids.map((id) => readChain(prices.read.kind([id]))))
  return new Map(ids.map((id, at) => [id, hexToString(kinds[at]?.name ?? '0x', { size: 32 })]))
}

async function readCosts(
  receipt: Receipt,
  options: ReceiptOptions,
  shell: Shell,
): Promise<readonly LabelCost[] | undefined> {
  const { by } = options
  if (by === undefined) return undefined
  const labelOf = await withInstances(options, shell, (session) => readLabels(session, by))
  return costByLabel(receipt, labelOf)
}

const rowHead = ['INSTANCE', 'LEASE', 'KIND', 'DEVICE', 'RATE', 'RAN', 'PAID']
const costHead = ['LABEL', 'LEASES', 'RAN', 'PAID']

/** Nothing where there are no rows. */
function tableOf(rows: readonly (readonly string[])[], head: readonly string[]): readonly string[] {
  return rows.length === 0 ? [] : ['', ...formatTable([head, ...rows])]
}

function toRow({ value, leases, seconds, paid }: LabelCost): readonly string[] {
  return [showLabel(value), leases.toString(), `${seconds} s`, showNxq(paid)]
}

function toDocument({ value, paid, ...cost }: LabelCost) {
  const isKnown = value !== unknown
  return { value: isKnown ? value : undefined, isKnown, ...cost, paidWei: paid }
}

function rowsOf({ rows }: Receipt): readonly (readonly string[])[] {
  return rows.map(({ instance, token, kind, device, rate, seconds, paid }) => [
    instance,
    token.toString(),
    kind,
    device.toString(),
    `${showDollars(rate)} an hour`,
    `${seconds} s`,
    showNxq(paid),
  ])
}

function documentOf(receipt: Receipt, bills: readonly AccountBill[]) {
  const { account, month, rows, paid, shortfall } = receipt
  return {
    account,
    month,
    paidWei: paid,
    shortfallWei: shortfall,
    leases: rows.map(inWei),
    bills: bills.map(inWei),
  }
}

function availabilityDocument({ paid }: Receipt, { rows, credits, credited }: Availability) {
  return {
    creditedWei: credited,
    netWei: paid - credited,
    availability: rows,
    credits: credits.map(({ amount, ...credit }) => ({ ...credit, amountWei: amount })),
  }
}

type Amounts = { readonly rate: bigint; readonly paid: bigint; readonly shortfall: bigint }

function inWei<Row extends Amounts>({ rate, paid, shortfall, ...row }: Row) {
  return { ...row, rateMicroUsdPerHour: rate, paidWei: paid, shortfallWei: shortfall }
}
