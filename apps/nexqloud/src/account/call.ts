import { parseAddress } from '@nexqloud/kernel'
import { contracts } from '@nexqloud/ledger'
import { encodeFunctionData, type EncodeFunctionDataParameters } from 'viem'

import type { Intent } from '../transaction/intent.ts'

const { address, abi } = contracts.leases

/** A function of the leases and its arguments. */
export type LeasesCall = Omit<EncodeFunctionDataParameters<typeof abi>, 'abi'>

/** Returns the transaction that calls the leases, in whose contract accounts are kept. */
export function callLeases(call: LeasesCall, value = 0n): Intent {
  const data = encodeFunctionData({ abi, ...call })
  return { to: parseAddress(address), data, value }
}
