import { parseEndpoint, type MasternodeRecord } from '@nexqloud/ledger'
import { WITNESS_FILE_MOST_BYTES } from '@nexqloud/store'
import {
  getPinned,
  LinkDialError,
  LinkKeyMismatchError,
  parseTlsKeyHash,
  type LinkEndpoint,
} from '@nexqloud/tunnel'

import { FileRefusedError } from './errors.ts'
import type { FileSource } from './file-source.ts'

/** From the first packet to the last one. */
const TIMEOUT_MS = 120_000

/** Returns a masternode's own door, which has to have the TLS key that the chain names. */
export function createHttpsSource({
  id,
  endpoint,
  tlsKeyHash,
}: Pick<MasternodeRecord, 'id' | 'endpoint' | 'tlsKeyHash'>): FileSource {
  const name = `Masternode ${id}`
  return {
    name,
    fetch: async (path, signal) => {
      const place = parseEndpoint(endpoint)
      if (place === undefined) throw new FileRefusedError(name, `"${endpoint}" leads nowhere.`)
      const door = { ...place, keyHash: parseTlsKeyHash(tlsKeyHash) }
      const bytes = await ask({ name, door, path }, signal)
      if (bytes === undefined) throw new FileRefusedError(name, 'it has no such file.')
      return bytes
    },
  }
}

type Question = { readonly name: string; readonly door: LinkEndpoint; readonly path: string }

async function ask(
  { name, door, path }: Question,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
  try {
    return await getPinned(door, { path, mostBytes: WITNESS_FILE_MOST_BYTES }, limited)
  } catch (failure) {
    signal.throwIfAborted()
    const isExpected = failure instanceof LinkDialError || failure instanceof LinkKeyMismatchError
    throw isExpected ? new FileRefusedError(name, failure.message, failure) : failure
  }
}
