import { BaseError } from '@nexqloud/kernel'
import { BaseError as ViemError, decodeErrorResult, type Abi, type Hex } from 'viem'

import * as contracts from './generated/index.ts'

/** A contract refused a call, for the reason that it names. */
export class ContractRefusalError extends BaseError {
  /** Name of the contract's custom error, e.g. `LeasesNothingLeaving`. */
  readonly errorName: string
  /** Its arguments, as viem decodes them. */
  readonly args: readonly unknown[]

  constructor({ errorName, args }: Refusal, cause: unknown) {
    super(`The contract refused the call: ${errorName}(${args.map(String).join(', ')}).`, {
      code: 'LEDGER_CONTRACT_REFUSED',
      kind: 'conflict',
      hint: `Look for ${errorName} in contracts/src: the line before it says what has to hold.`,
      cause,
    })
    this.errorName = errorName
    this.args = args
  }
}

type Refusal = { readonly errorName: string; readonly args: readonly unknown[] }

/** Every error of every contract: one contract's call may end with another one's refusal. */
const allErrors: Abi = Object.values(contracts).flatMap(({ abi }) =>
  (abi as Abi).filter(({ type }) => type === 'error'),
)

/**
 * Returns a refusal with the contract's own reason where a failed call has one, whichever contract named it; any other
 * failure as it is.
 */
export function explainFailure(failure: unknown): unknown {
  const data = revertDataOf(failure)
  const refusal = data === undefined ? undefined : decodeRefusal(data)
  return refusal === undefined ? failure : new ContractRefusalError(refusal, failure)
}

function decodeRefusal(data: Hex): Refusal | undefined {
  try {
    const { errorName, args = [] } = decodeErrorResult({ abi: allErrors, data })
    return { errorName, args }
  } catch {
    return undefined
  }
}

/** The bytes that a contract reverted with; viem keeps them on one of the causes of what it throws. */
function revertDataOf(failure: unknown): Hex | undefined {
  if (!(failure instanceof ViemError)) return undefined
  const inner = failure.walk((cause) => readData(cause) !== undefined)
  return readData(inner)
}

function readData(cause: unknown): Hex | undefined {
  if (typeof cause !== 'object' || cause === null || !('data' in cause)) return undefined
  const { data } = cause
  if (typeof data === 'string' && /^0x[0-9a-f]{8}/i.test(data)) return data as Hex
  return readData(data)
}
