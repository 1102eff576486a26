import type { Keccak256 } from '../keccak.ts'
import { createLeafEncoder } from './leaves.ts'
import type { PeriodLeaves } from './settle-period.ts'
import { createTree, type MerkleTree } from './tree.ts'

/** Returns the tree over what a period comes to: first the rewards, then the bills, then the credits. */
export function createPeriodTree(
  { rewards, bills, credits }: PeriodLeaves,
  keccak256: Keccak256,
): MerkleTree {
  const { encodeReward, encodeBill, encodeCredit } = createLeafEncoder()
  const leafAt = (index: number): Uint8Array => {
    const reward = rewards[index]
    if (reward !== undefined) return encodeReward(reward)
    const bill = bills[index - rewards.length]
    if (bill !== undefined) return encodeBill(bill)
    return encodeCredit(credits[index - rewards.length - bills.length]!)
  }
  const leafCount = rewards.length + bills.length + credits.length
  return createTree({ leafCount, leafAt, keccak256 })
}
