import type { MessageRun } from './run-message.ts'
import type { GasEstimate } from './simulator.ts'

/** A transaction's gas before anything else is paid. */
export const LEAST_GAS = 21_000n
/** Gas that a call with value gives to the other side for nothing. */
const CALL_STIPEND = 2_300n
/** The search ends when what is left to find is less than this part of the estimate, as geth's does. */
const PRECISION = { part: 15n, of: 1000n } as const

/** What an estimate looks for. */
export type GasSearch = {
  /** Runs the call with so much gas; nothing where it cannot even begin with it. */
  readonly attempt: (gas: bigint) => Promise<MessageRun | undefined>
  /** Most gas that may be given. */
  readonly mostGas: bigint
  /** Whether it only moves value to an account without code. */
  readonly isPlainTransfer: boolean
}

/** Returns how much gas a call needs, found by trying: a call may behave otherwise with less. */
export async function estimateGas(search: GasSearch): Promise<GasEstimate> {
  const { attempt, mostGas, isPlainTransfer } = search
  if (isPlainTransfer && mostGas >= LEAST_GAS && isEnough(await attempt(LEAST_GAS))) {
    return { status: 'enough', gas: LEAST_GAS }
  }
  const run = await attempt(mostGas)
  if (run === undefined) return tooLittle(mostGas)
  const { outcome, refund } = run
  if (outcome.status === 'halted' && outcome.reason === 'out of gas') return tooLittle(mostGas)
  if (outcome.status !== 'returned') return outcome
  const gas = await narrow(search, { known: outcome.gasUsed + refund, used: outcome.gasUsed })
  return { status: 'enough', gas }
}

async function narrow(
  { attempt, mostGas }: GasSearch,
  { known, used }: { readonly known: bigint; readonly used: bigint },
): Promise<bigint> {
  let [low, high] = [used - 1n, mostGas]
  const likely = ((known + CALL_STIPEND) * 64n) / 63n
  if (likely < high) {
    if (isEnough(await attempt(likely))) high = likely
    else low = likely
  }
  while (low + 1n < high && (high - low) * PRECISION.of >= high * PRECISION.part) {
    const middle = (high + low) / 2n
    const next = middle > low * 2n ? low * 2n : middle
    if (isEnough(await attempt(next))) high = next
    else low = next
  }
  return high
}

function isEnough(run: MessageRun | undefined): boolean {
  return run?.outcome.status === 'returned'
}

function tooLittle(mostGas: bigint): GasEstimate {
  const reason = `gas required exceeds allowance (${mostGas})`
  return { status: 'halted', reason, gasUsed: mostGas }
}
