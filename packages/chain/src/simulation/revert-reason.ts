import { contracts } from '@nexqloud/ledger'
import { decodeErrorResult, type Abi, type Hex } from 'viem'

/** What solidity's own checks revert with: its documentation, "Panic via assert". */
const panics: Readonly<Record<string, string>> = {
  '0': 'generic panic',
  '1': 'assert(false)',
  '17': 'arithmetic underflow or overflow',
  '18': 'division or modulo by zero',
  '33': 'enum overflow',
  '34': 'invalid encoded storage byte array accessed',
  '49': 'out-of-bounds array access; popping on an empty array',
  '50': 'out-of-bounds access of an array or bytesN',
  '65': 'out of memory',
  '81': 'uninitialized function',
}

/** Every error of every contract of the chain: one contract's call may end with another one's. */
const allErrors: Abi = Object.values(contracts).flatMap(({ abi }) =>
  (abi as Abi).filter(({ type }) => type === 'error'),
)

/** Returns what the bytes that a call reverted with say, e.g. `LeasesNothingLeaving()`; nothing where they say nothing. */
export function revertReason(data: Hex): string | undefined {
  try {
    const { errorName, args = [] } = decodeErrorResult({ abi: allErrors, data })
    if (errorName === 'Error') return String(args[0])
    if (errorName === 'Panic')
      return panics[String(args[0])] ?? `unknown panic code: ${String(args[0])}`
    return `${errorName}(${args.map(String).join(', ')})`
  } catch {
    return undefined
  }
}
