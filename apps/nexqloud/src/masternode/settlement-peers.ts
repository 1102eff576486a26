import type { SettlementPeers } from '@nexqloud/control'
import type { MasternodeId } from '@nexqloud/kernel'
import { parseEndpoint, type Ledger } from '@nexqloud/ledger'
import { WITNESS_FILE_MOST_BYTES } from '@nexqloud/store'
import { getPinned, parseTlsKeyHash, type LinkEndpoint, type TlsIdentity } from '@nexqloud/tunnel'

import { readChain } from '../session/read-chain.ts'
import { parseLeavesPage, parseRootPage, pathOf } from './settlement-pages.ts'

/** An answer takes no longer, nor than a quarter of the time in which it is of use. */
const LONGEST_MS = 60_000
const SHARE = 1 / 4
const MOST_ROOT_BYTES = 4096
const MOST_LEAF_BYTES = 256

/** How long it may take, as whom they are asked, and what ends it. */
type SettlementPeersParts = {
  readonly postingSeconds: number
  readonly identity: TlsIdentity
  readonly signal: AbortSignal
}

/** Returns the other masternodes, by their doors that the chain names; the signal ends what is asked. */
export function createSettlementPeers(
  { masternodes }: Pick<Ledger<undefined>, 'masternodes'>,
  { postingSeconds, identity, signal }: SettlementPeersParts,
): SettlementPeers {
  const timeoutMs = Math.min(LONGEST_MS, postingSeconds * 1000 * SHARE)
  async function endpointOf(id: MasternodeId): Promise<LinkEndpoint | undefined> {
    const { endpoint, tlsKeyHash } = await readChain(masternodes.read.masternode([id]))
    const place = parseEndpoint(endpoint)
    return place && { ...place, keyHash: parseTlsKeyHash(tlsKeyHash) }
  }
  async function get(
    from: MasternodeId,
    path: string,
    mostBytes: number,
  ): Promise<Buffer | undefined> {
    const endpoint = await endpointOf(from)
    const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    return endpoint && getPinned(endpoint, { path, mostBytes, identity }, limited)
  }
  return {
    fetchFile: (from, hash) => get(from, pathOf.file(hash), WITNESS_FILE_MOST_BYTES),
    fetchRoot: async (from, period) => {
      const body = await get(from, pathOf.root(period), MOST_ROOT_BYTES)
      return body && parseRootPage(body)
    },
    fetchLeaves: async (from, period, most) => {
      const mostBytes = Math.min(MOST_LEAF_BYTES * most, WITNESS_FILE_MOST_BYTES)
      const body = await get(from, pathOf.leaves(period), mostBytes)
      return body && parseLeavesPage(body)
    },
  }
}
