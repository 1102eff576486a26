import type { ListedKind } from '@nexqloud/rules'
import { hexToString } from 'viem'

import type { Ledger } from '../ledger.ts'
import { explained } from './device.ts'

/** Kinds are numbered from 1, with gaps where some were never listed. */
const MOST_KINDS = 64

/** Reads which kinds of instances are sold now, and for how much. */
export async function readListedKinds({
  prices,
}: Pick<Ledger<undefined>, 'prices'>): Promise<readonly ListedKind[]> {
  const ids = Array.from({ length: MOST_KINDS }, (_, index) => index + 1)
  const kinds = await Promise.all(ids.map((id) => explained(prices.read.kind([id]))))
  return kinds.flatMap(({ name, microUsdPerHour }, index) => {
    if (microUsdPerHour === 0) return []
    const id = index + 1
    return [{ id, name: hexToString(name, { size: 32 }), microUsdPerHour: BigInt(microUsdPerHour) }]
  })
}
