import type { Block } from 'viem'

import { formatFields, formatTable, type Result } from '../fields.ts'
import { showAccount, type Session } from '../session/session.ts'
import { showNxq, showTime } from '../unit.ts'
import { contractNameOf, decodeCall } from './decode.ts'

type FullBlock = Block<bigint, true>

/** Returns a block and one line for each of its transactions. */
export function describeBlock(session: Session, block: FullBlock): Result {
  const { number, hash, timestamp, transactions, gasUsed, gasLimit, withdrawals = [] } = block
  const baseFee = block.baseFeePerGas ?? 0n
  const fields = formatFields([
    ['block', String(number)],
    ['hash', String(hash)],
    ['parent', block.parentHash],
    ['time', showTime(timestamp)],
    ['gas', `${gasUsed} of ${gasLimit}`],
    ['base fee', `${showNxq(baseFee)} per gas`],
    ['transactions', transactions.length.toString()],
    ...withdrawals.map(
      ({ address, amount }) =>
        [
          'fees returned',
          `${showNxq(BigInt(amount) * 10n ** 9n)} to ${contractNameOf(address) ?? address}`,
        ] as const,
    ),
  ])
  const rows = transactions.map(({ hash: id, from, to, value, input }) => [
    id,
    showAccount(session, from),
    contractNameOf(to) ?? to ?? 'new contract',
    decodeCall(to, input)?.name ?? (input === '0x' ? 'transfer' : input.slice(0, 10)),
    showNxq(value),
  ])
  const table =
    rows.length === 0
      ? []
      : ['', ...formatTable([['HASH', 'FROM', 'TO', 'DOES', 'AMOUNT'], ...rows])]
  return { document: documentOf(block), lines: [...fields, ...table] }
}

function documentOf(block: FullBlock) {
  const { number, hash, parentHash, timestamp, gasUsed, gasLimit, transactions } = block
  return {
    number: Number(number),
    hash,
    parentHash,
    timestamp: Number(timestamp),
    gasUsed,
    gasLimit,
    baseFeeWeiPerGas: block.baseFeePerGas ?? 0n,
    withdrawals: block.withdrawals ?? [],
    transactions: transactions.map(({ hash: id, from, to, value, input }) => ({
      hash: id,
      from,
      to,
      valueWei: value,
      call: decodeCall(to, input),
    })),
  }
}
