import type { Block } from '@ethereumjs/block'
import type { Common } from '@ethereumjs/common'

import type { TransactionPool } from './pool/transaction-pool.ts'
import type { StateReader } from './state/state-reader.ts'
import type { ChainReader } from './store/chain-reader.ts'

/** What the doors of a node see of it. */
export type ChainView = {
  readonly common: Common
  readonly reader: ChainReader
  /** Reads accounts at any block's state; all doors share what it keeps in memory. */
  readonly readState: StateReader
  readonly pool: TransactionPool
  /** Whether a transaction of the pool could go into a block. */
  readonly hasWork: () => boolean
  /** Returns the newest decided block. */
  readonly head: () => Block
  /** Calls the listener with each new head, after it can be read; returns how to end that. */
  readonly onHead: (listener: (block: Block) => void) => () => void
}
