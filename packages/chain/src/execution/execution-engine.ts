import type { Hex } from 'viem'

/** A payment to an account that belongs to no transaction (EIP-4895). */
export type Withdrawal = {
  readonly index: bigint
  readonly validatorIndex: bigint
  readonly address: Hex
  readonly amountGwei: bigint
}

/** A block as execution and consensus hand it to each other: `ExecutionPayloadV3` of the Engine API. */
export type ExecutionPayload = {
  readonly parentHash: Hex
  readonly feeRecipient: Hex
  readonly stateRoot: Hex
  readonly receiptsRoot: Hex
  readonly logsBloom: Hex
  readonly prevRandao: Hex
  readonly blockNumber: bigint
  readonly gasLimit: bigint
  readonly gasUsed: bigint
  /** Seconds since 1970. */
  readonly timestamp: bigint
  /** 0 to 32 bytes. */
  readonly extraData: Hex
  readonly baseFeePerGas: bigint
  readonly blockHash: Hex
  /** Each as it is signed and sent: EIP-2718. */
  readonly transactions: readonly Uint8Array[]
  readonly withdrawals: readonly Withdrawal[]
  readonly parentBeaconBlockRoot: Hex
}

/** A transaction that wants to be in a block. */
export type Candidate = {
  /** As it was signed and sent: EIP-2718. */
  readonly raw: Uint8Array
  /** The 64 bytes of the key that signed it, where the caller has recovered them already. */
  readonly senderPublicKey?: Uint8Array
}

/** What a new block is made of: `PayloadAttributesV3`, and the transactions in their order. */
export type PayloadAttributes = {
  /** Seconds since 1970, later than the parent's. */
  readonly timestamp: bigint
  readonly prevRandao: Hex
  readonly feeRecipient: Hex
  readonly extraData: Hex
  readonly withdrawals: readonly Withdrawal[]
  readonly parentBeaconBlockRoot: Hex
  /** As many as fit, and can be begun in time, are taken; one that cannot be executed is refused and left out. */
  readonly transactions: readonly Candidate[]
}

/** Whether a block follows the rules. */
export type PayloadStatus =
  | { readonly status: 'VALID' }
  | { readonly status: 'INVALID'; readonly reason: string }
  /** Its parent is not known here, or not the head. */
  | { readonly status: 'SYNCING' }

/** Why a transaction can be in no block: it will never fit, or not on this state. */
export type RefusedTransaction = { readonly hash: Hex; readonly reason: string }

/** A block that was built, and what was left out of it. */
export type BuiltPayload = {
  readonly payload: ExecutionPayload
  readonly refused: readonly RefusedTransaction[]
  /** Hashes of transactions, in the block, that took a greater part of the time than of the gas. */
  readonly slow: readonly Hex[]
}

/** The answer to {@link ExecutionEngine.forkchoiceUpdated}. */
export type ForkchoiceAnswer = PayloadStatus & { readonly payloadId?: string }

/**
 * Execution as consensus drives it, in the shape of the Engine API, so that another client can check our blocks.
 *
 * Nothing is decided by building or checking a block: only {@link ExecutionEngine.forkchoiceUpdated} writes.
 */
export type ExecutionEngine = {
  /**
   * Makes a block that was built or checked here the head; when it resolves, the block, its state and its receipts are
   * durable. Repeatable: a head that is the head already stays it. With attributes, a block on top of it is begun.
   */
  readonly forkchoiceUpdated: (
    headBlockHash: Hex,
    attributes?: PayloadAttributes,
  ) => Promise<ForkchoiceAnswer>
  /** Returns the block that was begun under this id. */
  readonly getPayload: (payloadId: string) => Promise<BuiltPayload>
  /** Executes a block on top of the head and says whether it follows the rules. Repeatable; writes nothing. */
  readonly newPayload: (payload: ExecutionPayload) => Promise<PayloadStatus>
  /** Ends it; may be called twice. */
  readonly close: () => Promise<void>
}
