import type { Address, DeviceId, InstanceKey } from '@nexqloud/kernel'
import type { AccountBill } from '@nexqloud/ledger'

import type { Month } from './month.ts'

/** What one lease cost in a month. */
export type ReceiptRow = {
  readonly instance: InstanceKey
  readonly token: bigint
  readonly device: DeviceId
  readonly kind: string
  /** Micro-USD an hour. */
  readonly rate: bigint
  readonly seconds: number
  /** In wei; what the account had not was never collected. */
  readonly paid: bigint
  readonly shortfall: bigint
}

/** What an account paid in a month, for which seconds of what. */
export type Receipt = {
  readonly account: Address
  readonly month: string
  readonly rows: readonly ReceiptRow[]
  readonly seconds: number
  readonly paid: bigint
  readonly shortfall: bigint
}

/** What a receipt is made of. */
export type ReceiptParts = {
  readonly account: Address
  readonly month: Pick<Month, 'name'>
  readonly bills: readonly AccountBill[]
  /** Name of a kind by its number. */
  readonly kinds: ReadonlyMap<number, string>
}

/** Returns the receipt of a month: one row for each lease that was billed. */
export function createReceipt({ account, month, bills, kinds }: ReceiptParts): Receipt {
  const rows = new Map<string, ReceiptRow>()
  for (const { period: _, kind, ...bill } of bills) {
    const name = `${bill.instance}/${bill.token}`
    const before = rows.get(name)
    rows.set(name, {
      ...bill,
      kind: kinds.get(kind) ?? `kind ${kind}`,
      seconds: bill.seconds + (before?.seconds ?? 0),
      paid: bill.paid + (before?.paid ?? 0n),
      shortfall: bill.shortfall + (before?.shortfall ?? 0n),
    })
  }
  const all = [...rows.values()]
  return {
    account,
    month: month.name,
    rows: all,
    seconds: all.reduce((sum, row) => sum + row.seconds, 0),
    paid: all.reduce((sum, row) => sum + row.paid, 0n),
    shortfall: all.reduce((sum, row) => sum + row.shortfall, 0n),
  }
}
