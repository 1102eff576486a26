import type { Hex } from 'viem'

/** The state and the block that a call sees. */
export type Viewpoint = {
  /** The block whose state is read. */
  readonly blockNumber: bigint
  /** Seconds since 1970: given, the call runs in a block of that time on top of `blockNumber`; else in that block itself. */
  readonly nextBlockTime?: bigint
}

/** Slots that are paid for before a call starts (EIP-2930). */
export type AccessList = readonly {
  readonly address: Hex
  readonly storageKeys: readonly Hex[]
}[]

/** What a call asks. */
export type CallMessage = {
  readonly from: Hex
  /** Without one, `data` makes a contract. */
  readonly to?: Hex
  readonly data: Hex
  /** Wei. */
  readonly value: bigint
  /** Most gas; as much as the simulator allows where it is left out. */
  readonly gas?: bigint
  /** Wei that each gas costs; 0: the call is free and the block has no base fee. */
  readonly gasPrice: bigint
  readonly accessList: AccessList
}

/** Another account than the state has; what is left out stays. */
export type AccountOverride = {
  readonly balance?: bigint
  readonly nonce?: bigint
  readonly code?: Hex
  /** All its storage: slot → value, 32 bytes each. */
  readonly state?: Readonly<Record<Hex, Hex>>
  /** Some of its slots. */
  readonly stateDiff?: Readonly<Record<Hex, Hex>>
}

/** Another block than the chain has; what is left out stays. */
export type BlockOverride = {
  readonly number?: bigint
  readonly time?: bigint
  readonly gasLimit?: bigint
  readonly feeRecipient?: Hex
  readonly prevRandao?: Hex
  readonly baseFeePerGas?: bigint
}

/** A call that is tried out. */
export type Simulation = {
  readonly at: Viewpoint
  readonly message: CallMessage
  readonly accounts?: Readonly<Record<Hex, AccountOverride>>
  readonly block?: BlockOverride
}

/** How a call ended. */
export type CallOutcome =
  | { readonly status: 'returned'; readonly data: Hex; readonly gasUsed: bigint }
  | { readonly status: 'reverted'; readonly data: Hex; readonly gasUsed: bigint }
  /** `reason` in geth's words, e.g. `out of gas`. */
  | { readonly status: 'halted'; readonly reason: string; readonly gasUsed: bigint }

/** How much gas a call needs, or why none is enough. */
export type GasEstimate =
  | { readonly status: 'enough'; readonly gas: bigint }
  | Exclude<CallOutcome, { readonly status: 'returned' }>

/** The slots that a call touches, and its gas with them paid beforehand. */
export type AccessListResult = {
  readonly accessList: AccessList
  readonly gasUsed: bigint
  /** Why the call fails; nothing where it does not. */
  readonly error?: string
}

/** How a transaction is traced. */
export type TraceOptions =
  | { readonly kind: 'calls'; readonly onlyTopCall: boolean; readonly withLog: boolean }
  | {
      readonly kind: 'steps'
      readonly withMemory: boolean
      readonly withStack: boolean
      readonly withStorage: boolean
      readonly withReturnData: boolean
    }

/** Who asks for a call, and whether it still wants to know. */
export type Caller = {
  /** Whose turn it takes: a client's calls wait for each other, and not for all of another client's. */
  readonly client: string
  /** The node's own calls go before those of all clients. */
  readonly isNode?: boolean
  /** Aborts when nobody waits for the answer: a call that has not begun then never does, and fails with its reason. */
  readonly signal?: AbortSignal
  /** Told how long the call ran, its waiting not counted, however it ended. */
  readonly onRan?: (ms: number) => void
}

/**
 * Tries out calls on states of the chain. Nothing that is called can change the chain. All of what goes in and out can be
 * copied between threads.
 *
 * Every method may be called at any time and any number of times; answers of equal calls are equal.
 *
 * @throws CHAIN_CALL_REFUSED where the call cannot begin: no funds, too little gas, no such block.
 * @throws CHAIN_CALL_TIMEOUT where it took too long, CHAIN_CALLS_BUSY where too many wait.
 */
export type Simulator = {
  readonly call: (simulation: Simulation, caller?: Caller) => Promise<CallOutcome>
  /** Returns gas with which the call succeeds: at most 1.5 % more than it needs. */
  readonly estimateGas: (simulation: Simulation, caller?: Caller) => Promise<GasEstimate>
  readonly createAccessList: (simulation: Simulation, caller?: Caller) => Promise<AccessListResult>
  /** Returns geth's JSON of what transaction `index` of a block did. */
  readonly traceTransaction: (
    place: { readonly blockNumber: bigint; readonly index: number },
    options: TraceOptions,
    caller?: Caller,
  ) => Promise<unknown>
  /** Ends it; may be called twice. */
  readonly close: () => Promise<void>
}
