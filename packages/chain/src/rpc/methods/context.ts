import type { Clock } from '@nexqloud/kernel'

import type { ChainView } from '../../chain-view.ts'
import type { Simulator } from '../../simulation/simulator.ts'
import type { StateReader } from '../../state/state-reader.ts'
import type { BlockLookup } from '../block-lookup.ts'
import type { FilterSet } from '../filter-set.ts'
import type { LogSearch } from '../log-search.ts'

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
