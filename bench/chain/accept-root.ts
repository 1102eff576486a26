import { parsePeriod } from '@nexqloud/kernel'
import { contracts, rootData } from '@nexqloud/ledger'
import { rootOf, type MerkleTree } from '@nexqloud/rules'
import { bytesToHex, keccak256, toHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

import { call, GENESIS_TIME } from './lease-network.ts'
import { CHAIN_ID, type Action, type Sender } from './load.ts'

const PERIOD_SECONDS = 300n
const POSTING_SECONDS = 20n

/** The first second after the first period. */
export const END = GENESIS_TIME + PERIOD_SECONDS

/** What is done from a time on, once all before is. */
export type Act = readonly [from: bigint, actions: readonly Action[]]

/** What the only masternode does until the root of the first period stands; `rewards` is their sum, in wei. */
export async function acceptRoot(
  { privateKey }: Sender,
  tree: MerkleTree,
  rewards: bigint,
): Promise<readonly Act[]> {
  const { settlement } = contracts
  const root = {
    period: parsePeriod(0),
    root: bytesToHex(rootOf(tree)),
    rewards,
    inputs: keccak256(toHex('inputs')),
  }
  const signature = await privateKeyToAccount(privateKey).signTypedData(rootData(CHAIN_ID, root))
  const args = [{ ...root, period: 0n }, [signature]]
  return [
    [END, [call(settlement, 'postFile', { args: [0n, keccak256('0x01')], gas: 200_000n })]],
    [END + POSTING_SECONDS + 1n, [call(settlement, 'postHeld', { args: [0n, 1n], gas: 200_000n })]],
    [END + 2n * POSTING_SECONDS + 1n, [call(settlement, 'postRoot', { args, gas: 1_000_000n })]],
  ]
}
