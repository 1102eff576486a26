import type { Block } from '@ethereumjs/block'
import { bytesToHex } from '@ethereumjs/util'
import { BaseError } from '@nexqloud/kernel'
import { contracts } from '@nexqloud/ledger'
import type { Hex } from 'viem'

import { findBrokenRule } from '../consensus/block-rules.ts'
import type { ExecutionEngine, ExecutionPayload } from '../execution/execution-engine.ts'
import { blockToPayload } from '../execution/payload.ts'
import type { ChainReader } from '../store/chain-reader.ts'

/** A block of the past is not what the rules lead to. */
class ReplayError extends BaseError {
  readonly blockNumber: bigint

  constructor({ blockNumber, blockHash }: ExecutionPayload, reason: string) {
    super(`Block ${blockNumber} ${blockHash} breaks the rules: ${reason}.`, {
      code: 'CHAIN_BLOCK_INVALID',
      kind: 'invalid',
      hint: 'Compare it with another node’s block of this number.',
    })
    this.blockNumber = blockNumber
  }
}

/** What blocks are replayed on. */
export type Replay = {
  readonly engine: ExecutionEngine
  readonly reader: ChainReader
}

const validators = contracts.validatorPool.address.toLowerCase() as Hex

/**
 * Executes blocks one after the other on top of the head, and makes each the head; blocks that are there already are
 * compared. Repeatable: goes on where it was interrupted.
 *
 * @yields each block's number, once it is written.
 * @throws {@link ReplayError} at the first block that is not what the rules lead to.
 */
export async function* replayBlocks(
  { engine, reader }: Replay,
  blocks: AsyncIterable<Block>,
): AsyncIterable<bigint> {
  for await (const block of blocks) {
    const payload = blockToPayload(block)
    const known = await reader.block(payload.blockNumber)
    if (known === undefined) await replayBlock({ engine, reader }, payload)
    else assertSame(known, payload)
    yield payload.blockNumber
  }
}

async function replayBlock(
  { engine, reader }: Pick<Replay, 'engine' | 'reader'>,
  payload: ExecutionPayload,
): Promise<void> {
  const parent = await reader.block(payload.blockNumber - 1n)
  if (parent === undefined) throw new ReplayError(payload, 'the block before it is missing')
  // The clock of back then cannot be asked any more.
  const wallMs = Number(payload.timestamp) * 1000
  const broken = findBrokenRule(payload, { parent, validators, wallMs })
  if (broken !== undefined) throw new ReplayError(payload, broken)
  const status = await engine.newPayload(payload)
  if (status.status === 'INVALID') throw new ReplayError(payload, status.reason)
  if (status.status === 'SYNCING') throw new ReplayError(payload, 'its parent is another block')
  await engine.forkchoiceUpdated(payload.blockHash)
}

function assertSame(known: Block, payload: ExecutionPayload): void {
  const hash = bytesToHex(known.hash())
  if (hash !== payload.blockHash) throw new ReplayError(payload, `this chain has ${hash} there`)
}
