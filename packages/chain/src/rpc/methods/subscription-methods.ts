import { z } from 'zod'

import { RpcError, rpcCode } from '../errors.ts'
import { defineMethod, type MethodTable, type Session } from '../method.ts'
import { logFilter } from '../schema.ts'
import type { Subscriptions } from '../subscriptions.ts'

/** Returns the methods by which a client is told what comes, over a connection that lasts. */
export function createSubscriptionMethods(): MethodTable {
  return {
    eth_subscribe: defineMethod({
      params: z.union(
        [
          z.tuple([z.literal('newHeads')]),
          z.tuple([z.literal('logs'), logFilter.prefault({})]),
          z.tuple([z.literal('newPendingTransactions'), z.boolean().default(false)]),
        ],
        'has to be newHeads, logs or newPendingTransactions, and what each of them takes',
      ),
      cost: 5,
      handle: (params, session) => {
        const subscriptions = subscriptionsOf(session)
        if (params[0] === 'newHeads') return subscriptions.add({ kind: 'newHeads' })
        if (params[0] === 'logs') {
          const { addresses, topics } = params[1]
          return subscriptions.add({ kind: 'logs', criteria: { addresses, topics } })
        }
        return subscriptions.add({ kind: 'newPendingTransactions', isFull: params[1] })
      },
    }),
    eth_unsubscribe: defineMethod({
      params: z.tuple([z.string()]),
      cost: 1,
      handle: ([id], session) => {
        if (subscriptionsOf(session).remove(id)) return true
        throw new RpcError(rpcCode.server, 'subscription not found')
      },
    }),
  }
}

function subscriptionsOf({ subscriptions }: Session): Subscriptions {
  if (subscriptions !== undefined) return subscriptions
  throw new RpcError(rpcCode.methodNotFound, 'notifications not supported: connect over WebSocket')
}
