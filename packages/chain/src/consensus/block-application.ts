import type { Block } from '@ethereumjs/block'
import { bytesToHex } from '@ethereumjs/util'
import type { Hex } from 'viem'

import type { Candidate, ExecutionEngine, ExecutionPayload } from '../execution/execution-engine.ts'
import { feeFieldsAfter, findBrokenRule, noBeaconRoot } from './block-rules.ts'

/** What consensus decides about, in the verbs of ABCI 2.0: it knows no transactions and no state. */
export type BlockApplication = {
  /** Returns a block on top of the head, dated `time` (seconds since 1970); decides nothing. */
  readonly prepareProposal: (time: bigint) => Promise<ExecutionPayload>
  /** Returns why a proposed block must not be accepted; nothing where it may be. Decides nothing. */
  readonly processProposal: (payload: ExecutionPayload) => Promise<string | undefined>
  /**
   * Executes the block that was decided and returns its state root. Repeatable, writes nothing: after a crash it comes
   * again.
   *
   * @throws {@link BlockRefusedError} where the block cannot be executed here.
   */
  readonly finalizeBlock: (payload: ExecutionPayload) => Promise<Hex>
  /** Makes the finalized block the head: on the disk when it resolves. */
  readonly commit: () => Promise<void>
}

/** A block was decided that this node cannot execute. */
class BlockRefusedError extends Error {
  constructor({ blockNumber, blockHash }: ExecutionPayload, reason: string) {
    super(`Block ${blockNumber} ${blockHash} was decided, but ${reason}.`)
    this.name = 'BlockRefusedError'
  }
}

/** What the application stands on. */
export type BlockApplicationParts = {
  readonly engine: ExecutionEngine
  /** Returns the newest decided block. */
  readonly head: () => Block
  /** Calls back with each block that has become the head. */
  readonly onCommitted: (payload: ExecutionPayload) => Promise<void>
  /** Returns transactions for the next block, best first. */
  readonly selectTransactions: () => readonly Candidate[]
  /** Told of transactions that could not be executed, once a block was decided that was made of them too. */
  readonly dropTransactions: (hashes: readonly Hex[]) => Promise<void>
  /** Told of transactions whose senders have kept everybody else waiting. */
  readonly deferSenders: (hashes: readonly Hex[]) => void
  /** Where the validators' fees go. */
  readonly validators: Hex
  readonly randomWord: () => Hex
  readonly wallMs: () => number
}

/** A block that was built here, and the transactions that could not be executed in it. */
type Proposal = { readonly payload: ExecutionPayload; readonly refused: readonly Hex[] }

/** Returns the application over an execution engine. */
export function createBlockApplication(parts: BlockApplicationParts): BlockApplication {
  let finalized: ExecutionPayload | undefined
  /** The newest proposal of this node. */
  let proposed: Proposal | undefined

  async function build(time: bigint, transactions: readonly Candidate[]): Promise<Proposal> {
    const { engine, head, validators } = parts
    const parent = head()
    const answer = await engine.forkchoiceUpdated(bytesToHex(parent.hash()), {
      ...feeFieldsAfter(parent, { validators, hasTransactions: transactions.length > 0 }),
      timestamp: time,
      prevRandao: parts.randomWord(),
      feeRecipient: validators,
      parentBeaconBlockRoot: noBeaconRoot,
      transactions,
    })
    if (answer.payloadId === undefined) throw new Error('Execution began no block on its own head.')
    const { payload, refused, slow } = await engine.getPayload(answer.payloadId)
    parts.deferSenders(slow)
    return { payload, refused: refused.map(({ hash }) => hash) }
  }

  async function propose(time: bigint): Promise<Proposal> {
    const transactions = parts.selectTransactions()
    const first = await build(time, transactions)
    const isEmptied = transactions.length > 0 && first.payload.transactions.length === 0
    if (!isEmptied) return first
    const { payload } = await build(time, [])
    return { payload, refused: first.refused }
  }

  return {
    prepareProposal: async (time) => {
      proposed = await propose(time)
      return proposed.payload
    },
    processProposal: async (payload) => {
      const { head, validators, wallMs } = parts
      const broken = findBrokenRule(payload, { parent: head(), validators, wallMs: wallMs() })
      if (broken !== undefined) return broken
      return explain(await parts.engine.newPayload(payload))
    },
    finalizeBlock: async (payload) => {
      const reason = explain(await parts.engine.newPayload(payload))
      if (reason !== undefined) throw new BlockRefusedError(payload, reason)
      finalized = payload
      return payload.stateRoot
    },
    commit: async () => {
      if (finalized === undefined) throw new Error('No block was finalized.')
      const reason = explain(await parts.engine.forkchoiceUpdated(finalized.blockHash))
      if (reason !== undefined) throw new BlockRefusedError(finalized, reason)
      await parts.onCommitted(finalized)
      const isOwn = proposed?.payload.blockHash === finalized.blockHash
      if (isOwn) await parts.dropTransactions(proposed?.refused ?? [])
      finalized = undefined
      proposed = undefined
    },
  }
}

type Status = Awaited<ReturnType<ExecutionEngine['newPayload']>>

function explain(status: Status): string | undefined {
  if (status.status === 'VALID') return undefined
  return status.status === 'INVALID' ? status.reason : 'its parent is not the head'
}
