import { parseAddress } from '@nexqloud/kernel'
import { contracts } from '@nexqloud/ledger'
import { encodeFunctionData, type EncodeFunctionDataParameters } from 'viem'

import type { Intent } from '../transaction/intent.ts'

const { address, abi } = contracts.masternodes

/** A function of the masternodes' contract and its arguments. */
export type MasternodesCall = Omit<EncodeFunctionDataParameters<typeof abi>, 'abi'>

/** Returns the transaction that calls the masternodes' contract. */
export function callMasternodes(call: MasternodesCall, value = 0n): Intent {
  return { to: parseAddress(address), data: encodeFunctionData({ abi, ...call }), value }
}
