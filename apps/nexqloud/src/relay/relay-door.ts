import type { PublicPosts } from '@nexqloud/tunnel'

import { RelayUnreachableError } from './errors.ts'
import { parseRelayAnswer, RELAY_PATH, type RelayAnswer } from './relay-message.ts'

/** A masternode that sends what owners have signed. */
export type RelayDoor = {
  /** For messages, e.g. `masternode 3`. */
  readonly name: string
  /**
   * Brings a call, and returns what the masternode says of it, which need not be true. The same call may be brought as often as wanted.
   *
   * @throws {@link RelayUnreachableError} where it says nothing, or nothing that is an answer.
   */
  readonly bring: (call: Uint8Array, signal: AbortSignal) => Promise<RelayAnswer>
}

/** Returns a relay of this process. */
export function createMemoryRelay(name: string, posts: PublicPosts): RelayDoor {
  return {
    name,
    bring: async (body) => {
      const reply = await posts({ path: RELAY_PATH, body, client: '192.0.2.1' })
      return readAnswer(name, reply?.body)
    },
  }
}

/** Returns what a body says; throws {@link RelayUnreachableError} where it is no answer. */
export function readAnswer(name: string, body: Uint8Array | undefined): RelayAnswer {
  const answer = body && parseRelayAnswer(body)
  if (answer === undefined) throw new RelayUnreachableError(name, 'it relays nothing.')
  return answer
}
