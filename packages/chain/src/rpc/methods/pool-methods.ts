import { getAddress, type Hex } from 'viem'
import { z } from 'zod'

import type { PooledTransaction, SenderQueue } from '../../pool/transaction-pool.ts'
import { toQuantity } from '../format/quantity.ts'
import { transactionToJson } from '../format/transaction-json.ts'
import { defineMethod, type MethodTable } from '../method.ts'
import { address } from '../schema.ts'
import type { MethodContext } from './context.ts'

const none = z.tuple([])

type Show = (pooled: PooledTransaction) => unknown

/** Returns the methods about transactions that wait. */
export function createPoolMethods({ view }: MethodContext): MethodTable {
  const { content } = view.pool
  const bySender = (show: Show) => ({
    pending: groupBySender(content(), { of: 'pending', show }),
    queued: groupBySender(content(), { of: 'queued', show }),
  })
  return {
    txpool_status: defineMethod({
      params: none,
      cost: 20,
      handle: () => ({
        pending: toQuantity(count(content(), 'pending')),
        queued: toQuantity(count(content(), 'queued')),
      }),
    }),
    txpool_content: defineMethod({ params: none, cost: 500, handle: () => bySender(showWhole) }),
    txpool_inspect: defineMethod({ params: none, cost: 200, handle: () => bySender(showShort) }),
    txpool_contentFrom: defineMethod({
      params: z.tuple([address]),
      cost: 20,
      handle: ([sender]) => {
        const own = content().find((queue) => queue.sender === sender)
        return {
          pending: byNonce(own?.pending ?? [], showWhole),
          queued: byNonce(own?.queued ?? [], showWhole),
        }
      },
    }),
  }
}

type Kind = 'pending' | 'queued'

function count(queues: readonly SenderQueue[], of: Kind): number {
  return queues.reduce((sum, queue) => sum + queue[of].length, 0)
}

function groupBySender(
  queues: readonly SenderQueue[],
  { of, show }: { readonly of: Kind; readonly show: Show },
): Readonly<Record<Hex, unknown>> {
  return Object.fromEntries(
    queues
      .filter((queue) => queue[of].length > 0)
      .map((queue) => [getAddress(queue.sender), byNonce(queue[of], show)]),
  )
}

function byNonce(pooled: readonly PooledTransaction[], show: Show) {
  return Object.fromEntries(
    pooled.map((one) => [one.transaction.nonce.toString(), show(one)] as const),
  )
}

function showWhole({ transaction }: PooledTransaction) {
  return transactionToJson(transaction)
}

function showShort({ transaction }: PooledTransaction): string {
  const { to, value, gasLimit } = transaction
  const target = to === undefined ? 'contract creation' : getAddress(to.toString())
  const price = BigInt(transactionToJson(transaction).gasPrice)
  return `${target}: ${value} wei + ${gasLimit} gas × ${price} wei`
}
