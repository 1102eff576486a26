import { Block, createBlockHeader } from '@ethereumjs/block'
import type { Common } from '@ethereumjs/common'
import { RLP } from '@ethereumjs/rlp'
import { createTxFromRLP, TransactionType, type TypedTransaction } from '@ethereumjs/tx'
import {
  Account,
  bytesToHex,
  createAddressFromString,
  hexToBytes,
  Withdrawal as BlockWithdrawal,
} from '@ethereumjs/util'
import { Bloom, encodeReceipt, runTx, type TxReceipt } from '@ethereumjs/vm'

import { isStoreFailure } from '../store/errors.ts'
import type { ExecutedBlock } from './block-writes.ts'
import type { BuildBudget } from './build-budget.ts'
import type { Candidate, RefusedTransaction, Withdrawal } from './execution-engine.ts'
import { listRoot } from './list-root.ts'
import type { Machine } from './machine.ts'

/** What a block is before it is executed. */
export type BlockPlan = {
  readonly parent: Block
  readonly common: Common
  readonly timestamp: bigint
  readonly prevRandao: `0x${string}`
  readonly feeRecipient: `0x${string}`
  readonly extraData: `0x${string}`
  readonly parentBeaconBlockRoot: `0x${string}`
  readonly withdrawals: readonly Withdrawal[]
  readonly transactions: readonly Candidate[]
  /** Only where a block is built: what others built is executed however long it takes. */
  readonly budget?: BuildBudget
}

/** A block that was executed, and what could not be part of it. */
export type Execution = ExecutedBlock & { readonly refused: readonly RefusedTransaction[] }

/** The VM failed in the middle of a transaction, which is a fault of the VM: its state is not to be trusted any more. */
export class MachineFailedError extends Error {
  readonly transactionHash: `0x${string}`

  constructor(transactionHash: `0x${string}`, cause: unknown) {
    super(`The machine failed in transaction ${transactionHash}.`, { cause })
    this.name = 'MachineFailedError'
    this.transactionHash = transactionHash
  }
}

const GWEI = 10n ** 9n

/**
 * Executes a plan on the state of its parent, to which the machine has been moved. A transaction that cannot be executed
 * there leaves no trace.
 *
 * @throws {@link MachineFailedError} where the VM broke; the machine has to be moved before it is used again.
 */
export async function executeBlock(machine: Machine, plan: BlockPlan): Promise<Execution> {
  const { vm, state } = machine
  const shell = createShell(plan)
  await vm.evm.journal.checkpoint()
  const { included, receipts, bloom, refused, gasUsed } = await runTransactions(machine, {
    plan,
    shell,
  })
  const withdrawals = plan.withdrawals.map(toBlockWithdrawal)
  await payWithdrawals(machine, withdrawals)
  await vm.evm.journal.cleanup()
  await vm.evm.journal.commit()
  const header = createBlockHeader(
    {
      ...shellHeader(plan),
      stateRoot: await state.getStateRoot(),
      transactionsTrie: await listRoot(included.map((transaction) => transaction.serialize())),
      receiptTrie: await listRoot(encodeReceipts({ included, receipts })),
      withdrawalsRoot: await listRoot(withdrawals.map((paid) => RLP.encode(paid.raw()))),
      logsBloom: bloom.bitvector,
      gasUsed,
    },
    options(plan.common),
  )
  const block = new Block(header, included, [], withdrawals, options(plan.common))
  return { block, receipts, refused, stateWrites: [] }
}

type Run = {
  readonly included: TypedTransaction[]
  readonly receipts: TxReceipt[]
  readonly refused: RefusedTransaction[]
  readonly bloom: Bloom
  gasUsed: bigint
}

async function runTransactions(
  machine: Machine,
  { plan, shell }: { readonly plan: BlockPlan; readonly shell: Block },
): Promise<Run> {
  const bloom = new Bloom(undefined, plan.common)
  const run: Run = { included: [], receipts: [], refused: [], bloom, gasUsed: 0n }
  /** Senders with a transaction that does not fit any more: none of their later ones can be executed either. */
  const ended = new Set<string>()
  const hasEnded = (transaction: TypedTransaction): boolean => {
    const isTooLarge = run.gasUsed + transaction.gasLimit > shell.header.gasLimit
    // Naming the sender costs a hash: most blocks end nobody's turn.
    if (!isTooLarge && ended.size === 0) return false
    const sender = transaction.getSenderAddress().toString()
    if (isTooLarge) ended.add(sender)
    return ended.has(sender)
  }
  for (const candidate of plan.transactions) {
    const transaction = decodeCandidate(candidate, plan.common)
    if (hasEnded(transaction)) continue
    if (plan.budget?.mayBegin() === false) break
    const gasBefore = run.gasUsed
    const reason = await runTransaction(machine, { transaction, shell, run })
    const hash = bytesToHex(transaction.hash())
    plan.budget?.end(hash, run.gasUsed - gasBefore)
    if (reason !== undefined) run.refused.push({ hash, reason })
  }
  return run
}

/** Adds a transaction to a run, or returns why it cannot be executed on this state. */
async function runTransaction(
  { vm, state }: Machine,
  step: { readonly transaction: TypedTransaction; readonly shell: Block; readonly run: Run },
): Promise<string | undefined> {
  const { transaction, shell, run } = step
  const open = state.openCheckpoints
  try {
    const result = await runTx(vm, { tx: transaction, block: shell, blockGasUsed: run.gasUsed })
    run.gasUsed += result.totalGasSpent
    run.bloom.or(result.bloom)
    run.included.push(transaction)
    run.receipts.push(result.receipt)
    return undefined
  } catch (failure) {
    if (isStoreFailure(failure)) throw failure
    if (state.openCheckpoints !== open) {
      throw new MachineFailedError(bytesToHex(transaction.hash()), failure)
    }
    return reasonOf(failure)
  }
}

/** The VM's message without the description of the VM that it ends with. */
function reasonOf(failure: unknown): string {
  const text = failure instanceof Error ? failure.message : String(failure)
  return text.replace(/ \(vm hf=.*$/, '')
}

/**
 * Returns a candidate's transaction.
 *
 * @throws where it is none that this chain knows: blobs have no place on it.
 */
function decodeCandidate({ raw, senderPublicKey }: Candidate, common: Common): TypedTransaction {
  const transaction = createTxFromRLP(raw, { common })
  if (transaction.type === TransactionType.BlobEIP4844) throw new Error('This chain has no blobs.')
  if (senderPublicKey !== undefined) transaction.cache.senderPubKey = senderPublicKey
  return transaction
}

/** EIP-4895: balances grow after the transactions, without gas and without code. */
async function payWithdrawals(
  { vm, state }: Machine,
  withdrawals: readonly BlockWithdrawal[],
): Promise<void> {
  for (const { address, amount } of withdrawals) {
    const account = (await state.getAccount(address)) ?? new Account()
    account.balance += amount * GWEI
    await vm.evm.journal.putAccount(address, account)
  }
}

function toBlockWithdrawal(withdrawal: Withdrawal): BlockWithdrawal {
  const { index, validatorIndex, address, amountGwei } = withdrawal
  return new BlockWithdrawal(index, validatorIndex, createAddressFromString(address), amountGwei)
}

/** The block that transactions see while they run: its header lacks only what they lead to. */
function createShell(plan: BlockPlan): Block {
  const header = createBlockHeader(shellHeader(plan), options(plan.common))
  return new Block(header, [], [], [], options(plan.common))
}

function shellHeader(plan: BlockPlan) {
  const { header } = plan.parent
  return {
    parentHash: plan.parent.hash(),
    number: header.number + 1n,
    timestamp: plan.timestamp,
    gasLimit: header.gasLimit,
    baseFeePerGas: header.calcNextBaseFee(),
    coinbase: createAddressFromString(plan.feeRecipient),
    mixHash: hexToBytes(plan.prevRandao),
    extraData: hexToBytes(plan.extraData),
    parentBeaconBlockRoot: hexToBytes(plan.parentBeaconBlockRoot),
    difficulty: 0n,
    blobGasUsed: 0n,
    excessBlobGas: 0n,
  }
}

function encodeReceipts({
  included,
  receipts,
}: Pick<Run, 'included' | 'receipts'>): readonly Uint8Array[] {
  return receipts.map((receipt, index) => encodeReceipt(receipt, included[index]?.type ?? 0))
}

function options(common: Common) {
  return { common, skipConsensusFormatValidation: true }
}
