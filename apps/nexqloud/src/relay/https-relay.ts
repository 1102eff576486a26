import { parseEndpoint, type HostPort, type MasternodeRecord } from '@nexqloud/ledger'
import { askPinned, LinkDialError, LinkKeyMismatchError, parseTlsKeyHash } from '@nexqloud/tunnel'

import { RelayUnreachableError } from './errors.ts'
import { readAnswer, type RelayDoor } from './relay-door.ts'
import { RELAY_PATH } from './relay-message.ts'

/** It answers within eight seconds, or is gone. */
const TIMEOUT_MS = 20_000
const MOST_BYTES = 4096

/** Returns a masternode's own relay, at the port that devices dial, which has to have the TLS key that the chain names. */
export function createHttpsRelay(
  { id, endpoint, tlsKeyHash }: Pick<MasternodeRecord, 'id' | 'endpoint' | 'tlsKeyHash'>,
  dialAt?: HostPort,
): RelayDoor {
  const name = `masternode ${id}`
  return {
    name,
    bring: async (body, signal) => {
      const place = dialAt ?? parseEndpoint(endpoint)
      if (place === undefined) throw new RelayUnreachableError(name, `"${endpoint}" leads nowhere.`)
      const door = { ...place, keyHash: parseTlsKeyHash(tlsKeyHash) }
      const limited = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
      try {
        const question = { path: RELAY_PATH, body, mostBytes: MOST_BYTES }
        const answer = await askPinned(door, question, limited)
        return readAnswer(name, answer.body)
      } catch (failure) {
        const isExpected =
          failure instanceof LinkDialError || failure instanceof LinkKeyMismatchError
        throw isExpected ? new RelayUnreachableError(name, failure.message, failure) : failure
      }
    },
  }
}
