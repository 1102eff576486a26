import { ELECTION_NAMESPACE, isTask } from '@nexqloud/control'
import type { Clock, MasternodeId } from '@nexqloud/kernel'
import { kinds, StatusError, type KubeClient } from '@nexqloud/kube'
import { readServingMasternodes, type Ledger } from '@nexqloud/ledger'

import { identityOf } from '../masternode/identity.ts'
import { readChain } from '../session/read-chain.ts'

/** What they are found by. */
export type MasternodesHereParts = {
  readonly client: Pick<KubeClient, 'list'>
  readonly ledger: Pick<Ledger<undefined>, 'masternodes'>
  readonly clock: Pick<Clock, 'steadyMs'>
  readonly own: () => Promise<MasternodeId>
}

/** There are thousands of wallets, and one answer for all of them. */
const KEPT_MS = 10_000

/**
 * Returns who finds the masternodes that work on an API: this one, and those that say there that they do, as far as they serve on the chain. Any of
 * them may be the one that acts for all, and opens the leases.
 */
export function findMasternodesHere(
  parts: MasternodesHereParts,
): () => Promise<readonly MasternodeId[]> {
  let known: { readonly ids: readonly MasternodeId[]; readonly untilMs: number } | undefined
  return async () => {
    const nowMs = parts.clock.steadyMs()
    if (known === undefined || known.untilMs <= nowMs) {
      known = { ids: await find(parts), untilMs: nowMs + KEPT_MS }
    }
    return known.ids
  }
}

async function find({
  client,
  ledger,
  own,
}: MasternodesHereParts): Promise<readonly MasternodeId[]> {
  const identities = new Set(await readIdentities(client))
  const serving = identities.size === 0 ? [] : await readChain(readServingMasternodes(ledger))
  const others = serving.filter(({ tlsKeyHash }) => identities.has(identityOf(tlsKeyHash)))
  return [...new Set([await own(), ...others.map(({ id }) => id)])]
}

/** Returns nothing where one works alone: it tells nobody. */
async function readIdentities(client: Pick<KubeClient, 'list'>): Promise<readonly string[]> {
  try {
    const { items } = await client.list(kinds.leases, { namespace: ELECTION_NAMESPACE })
    return items.filter((lease) => !isTask(lease)).map(({ metadata }) => metadata?.name ?? '')
  } catch (failure) {
    if (failure instanceof StatusError && failure.reason === 'NotFound') return []
    throw failure
  }
}
