import type { Clock } from '@nexqloud/kernel'

import type { ChainView } from '../../chain-view.ts'
import type { Simulator } from '../../simulation/simulator.ts'
import type { State, StateReader } from '../../state/state-reader.ts'
import type { BlockLookup } from '../block-lookup.ts'
import type { FilterSet } from '../filter-set.ts'
import type { LogSearch } from '../log-search.ts'
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
  /** What the node calls itself, e.g. `NexQloud/v0.1.0`. */
  readonly clientVersion: string
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
