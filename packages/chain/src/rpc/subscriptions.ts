import type { Hex } from 'viem'

import { RpcError, rpcCode } from './errors.ts'
import type { Feed, Topic } from './feed.ts'

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
  readonly feed: Feed
  readonly client: string
  /** Sends a text to the client. */
  readonly send: (text: string) => void
  /** Called where something cannot be told: the client would miss it. */
  readonly fail: (failure: unknown) => void
  readonly most: number
  readonly createId: () => Hex
}

/** Returns the subscriptions of one connection; each topic is told in the order of the chain. */
export function createSubscriptions(parts: SubscriptionParts): Subscriptions {
  const { feed, client, send, fail } = parts
  const open = new Map<string, () => void>()
  return {
    add: (topic) => {
      if (open.size >= parts.most) {
        throw new RpcError(
          rpcCode.limitExceeded,
          `too many subscriptions on one connection: ${open.size} of ${parts.most}`,
        )
      }
      const id = parts.createId()
      const tell = (json: string): void => send(notificationText(id, json))
      open.set(id, feed.follow(topic, { client, tell, fail }))
      return id
    },
    remove: (id) => {
      open.get(id)?.()
      return open.delete(id)
    },
    close: () => {
      for (const end of open.values()) end()
      open.clear()
    },
  }
}

/** The result is JSON already, for it is the same for everybody. */
function notificationText(id: Hex, json: string): string {
  return `{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"${id}","result":${json}}}`
}
