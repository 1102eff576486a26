import type { Block } from '@ethereumjs/block'
import { bytesToHex } from '@ethereumjs/util'
import type { Logger } from 'pino'

import type { ChainView } from './chain-view.ts'
import { openChain, type Chain, type ChainOptions } from './chain.ts'
import { paceByDefault, runSolo, type SoloPace } from './consensus/solo.ts'
import type { Simulator } from './simulation/simulator.ts'

/** What a node is opened with. */
export type NodeOptions = ChainOptions & { readonly log: Logger; readonly pace?: SoloPace }

/** A node of the chain, without its doors. */
export type Node = ChainView & {
  /** Tries out calls. */
  readonly simulator: Simulator
  /** Resolves when the node has been closed; rejects where it had to end: it acknowledges nothing after that. */
  readonly ended: Promise<void>
  readonly isFailed: () => boolean
  /** Finishes the block that is under way and closes everything; may be called twice. */
  readonly close: () => Promise<void>
}

/**
 * Opens a node on its own: the sequencer `solo` decides about its blocks.
 *
 * @throws as {@link openChain} does.
 */
export async function openNode(options: NodeOptions): Promise<Node> {
  const chain = await openChain(options)
  const { log, clock, pace = paceByDefault } = options
  const stop = new AbortController()
  chain.onHead((block) => log.info(summarise(block), 'block'))
  const { application, head, hasWork, pool } = chain
  const parts = { application, head, hasWork, onWork: pool.onAdded, clock, pace }
  let isFailed = false
  const sequencer = runSolo(parts, stop.signal)
  const ended = Promise.race([sequencer, chain.failed]).catch((failure: unknown) => {
    isFailed = true
    stop.abort()
    log.fatal({ err: failure }, 'node-failed')
    throw failure
  })
  // Whoever opened the node waits for it; until then it must not end the process.
  ended.catch(() => {})
  return {
    ...chain,
    ended,
    isFailed: () => isFailed,
    close: async () => {
      stop.abort()
      await closeAfter(sequencer, chain)
    },
  }
}

async function closeAfter(sequencer: Promise<void>, chain: Chain): Promise<void> {
  await sequencer.catch(() => {})
  await chain.close()
}

function summarise({ header, transactions }: Block) {
  return {
    number: Number(header.number),
    hash: bytesToHex(header.hash()),
    transactions: transactions.length,
    gasUsed: Number(header.gasUsed),
    time: Number(header.timestamp),
  }
}
