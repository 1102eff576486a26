import { formatFields, printResult, type Field } from '../fields.ts'
import { findWallet } from '../keystore/keyring.ts'
import type { SendOptions } from '../option.ts'
import { openSession } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { receiptDocument, receiptFields } from '../transaction/receipt.ts'
import { sendTransaction } from '../transaction/send.ts'
import { openSender } from '../transaction/sender.ts'
import { showDollars, showNxq } from '../unit.ts'
import { parseAccountNxq, parseAccountRate } from './amount.ts'
import { callLeases } from './call.ts'

/** What `nexqloud account limits` was asked. */
export type LimitOptions = SendOptions & { readonly total?: string; readonly rate?: string }

/** Sets the limits of an account, one or both; shows them where none is named. */
export async function setLimits(options: LimitOptions, shell: Shell): Promise<void> {
  const total = options.total === undefined ? undefined : parseAccountNxq('--total', options.total)
  const rate = options.rate === undefined ? undefined : parseAccountRate('--rate', options.rate)
  const session = await openSession(options, shell)
  const account = findWallet(session.keyring, options.from).address
  const before = await session.ledger.leases.read.account([account])
  const limits = { maxTotal: total ?? before.maxTotal, maxRate: rate ?? before.maxRate }
  const print = (fields: readonly Field[], document: object) =>
    printResult(
      {
        document: {
          account,
          maxTotalWei: limits.maxTotal,
          maxRateMicroUsdPerHour: limits.maxRate,
          ...document,
        },
        lines: formatFields([...limitFields(limits), ...fields]),
      },
      { printer: shell.printer, json: options.json },
    )
  if (total === undefined && rate === undefined) return print([], {})
  const sender = await openSender(session, options)
  const args = [limits.maxTotal, Number(limits.maxRate)] as const
  const call = callLeases({ functionName: 'setLimits', args })
  const receipt = await sendTransaction(session, sender, call)
  print(receiptFields(receipt), receiptDocument(receipt))
}

/** Returns an account's limits as they are shown. */
export function limitFields({
  maxTotal,
  maxRate,
}: {
  readonly maxTotal: bigint
  readonly maxRate: bigint
}): readonly Field[] {
  return [
    ['charged at most', showNxq(maxTotal)],
    ['open leases at most', `${showDollars(maxRate)} an hour`],
  ]
}
