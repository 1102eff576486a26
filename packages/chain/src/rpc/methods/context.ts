import type { Clock } from '@nexqloud/kernel'

import type { ChainView } from '../../chain-view.ts'
import type { Caller, Simulator } from '../../simulation/simulator.ts'
import type { State, StateReader } from '../../state/state-reader.ts'
import type { BlockLookup } from '../block-lookup.ts'
import { RpcError, rpcCode } from '../errors.ts'
import type { FilterSet } from '../filter-set.ts'
import type { LogSearch } from '../log-search.ts'
import type { Session } from '../method.ts'
import type { BlockRef } from '../schema.ts'

/** What methods answer from. */
export type MethodContext = {
  readonly view: ChainView
  readonly lookup: BlockLookup
  readonly states: StateReader
  readonly simulator: Simulator
  readonly search: LogSearch
  readonly filters: FilterSet
  readonly clock: Clock
  /** Takes a cost from a client's allowance, before it is spent; returns whether there was enough. */
  readonly takeCost: (client: string, cost: number) => boolean
  /** Takes what a request turned out to cost. */
  readonly charge: (client: string, cost: number) => void
  /** What the node calls itself, e.g. `NexQloud/v0.1.0`. */
  readonly clientVersion: string
}

/** What a millisecond of calling costs: whoever keeps the thread busy all the time has no allowance left for anything else. */
const COST_OF_CALL_MS = 50

/** Returns who asks for a call. */
export function callerOf(
  { charge }: Pick<MethodContext, 'charge'>,
  { client, signal }: Session,
): Caller {
  return {
    client,
    ...(signal !== undefined && { signal }),
    onRan: (ms) => charge(client, ms * COST_OF_CALL_MS),
  }
}

/**
 * Takes what the next part of a request costs.
 *
 * @throws where nobody waits for its answer any more; {@link RpcError} where the client has not enough left.
 */
export function spendOn(
  { takeCost }: Pick<MethodContext, 'takeCost'>,
  { session, cost }: { readonly session: Session; readonly cost: number },
): void {
  session.signal?.throwIfAborted()
  if (takeCost(session.client, cost)) return
  throw new RpcError(
    rpcCode.limitExceeded,
    'limit exceeded: the answer costs more than you may ask now; ask again in a moment, or for less',
  )
}

/**
 * Returns the state after a block.
 *
 * @throws {@link RpcError} where there is no such block.
 */
export async function stateAt(
  { lookup, states }: Pick<MethodContext, 'lookup' | 'states'>,
  ref: BlockRef,
): Promise<State> {
  const { header } = await lookup.get(ref)
  return states(header.stateRoot)
}
