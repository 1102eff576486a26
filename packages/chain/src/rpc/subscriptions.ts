import type { Block } from '@ethereumjs/block'
import type { Hex } from 'viem'

import type { ChainView } from '../chain-view.ts'
import { RpcError, rpcCode } from './errors.ts'
import { headerToJson } from './format/block-json.ts'
import { logToJson, nameOf, placedLogs } from './format/log-json.ts'
import { transactionToJson } from './format/transaction-json.ts'
import type { LogTest } from './log-search.ts'

/** What a client wants to be told. */
export type Topic =
  | { readonly kind: 'newHeads' }
  | { readonly kind: 'logs'; readonly isWanted: LogTest }
  | { readonly kind: 'newPendingTransactions'; readonly isFull: boolean }

/** What one connection is told unasked. */
export type Subscriptions = {
  /**
   * Begins to tell, after whatever the client is told at this moment.
   *
   * @throws {@link RpcError} where there are too many.
   */
  readonly add: (topic: Topic) => Hex
  /** Returns whether there was one. */
  readonly remove: (id: string) => boolean
  /** Ends all. */
  readonly close: () => void
}

/** What subscriptions stand on. */
export type SubscriptionParts = {
  readonly view: Pick<ChainView, 'reader' | 'onHead' | 'pool'>
  /** Tells the client. */
  readonly notify: (id: Hex, result: unknown) => void
  /** Called once where something could not be read: the client would miss it. */
  readonly fail: (failure: unknown) => void
  readonly most: number
  readonly createId: () => Hex
}

/** Returns the subscriptions of one connection; each topic is told in the order of the chain. */
export function createSubscriptions(parts: SubscriptionParts): Subscriptions {
  const open = new Map<Hex, () => void>()
  return {
    add: (topic) => {
      if (open.size >= parts.most) {
        throw new RpcError(
          rpcCode.limitExceeded,
          `too many subscriptions on one connection: ${open.size} of ${parts.most}`,
        )
      }
      const id = parts.createId()
      open.set(id, begin(parts, { topic, id }))
      return id
    },
    remove: (id) => {
      open.get(id as Hex)?.()
      return open.delete(id as Hex)
    },
    close: () => {
      for (const end of open.values()) end()
      open.clear()
    },
  }
}

type Subscription = { readonly topic: Topic; readonly id: Hex }

function begin(parts: SubscriptionParts, { topic, id }: Subscription): () => void {
  const { view, notify, fail } = parts
  let isOpen = true
  /** The client has to have the id before it is told anything under it. */
  let queue: Promise<unknown> = new Promise(setImmediate)
  const tell = (read: () => Promise<readonly unknown[]> | readonly unknown[]): void => {
    queue = queue
      .then(read)
      .then((results) => {
        for (const result of results) if (isOpen) notify(id, result)
        return undefined
      })
      .catch(fail)
  }
  const end =
    topic.kind === 'newPendingTransactions'
      ? view.pool.onAdded(({ hash, transaction }) =>
          tell(() => [topic.isFull ? transactionToJson(transaction) : hash]),
        )
      : view.onHead((block) => tell(() => readHead(parts, { topic, block })))
  return () => {
    isOpen = false
    end()
  }
}

async function readHead(
  { view }: SubscriptionParts,
  { topic, block }: { readonly topic: Topic; readonly block: Block },
): Promise<readonly unknown[]> {
  if (topic.kind !== 'logs') return [headerToJson(block)]
  const receipts = (await view.reader.receipts(block.header.number)) ?? []
  return placedLogs(nameOf(block), receipts)
    .filter(({ log }) => topic.isWanted(log))
    .map(logToJson)
}
