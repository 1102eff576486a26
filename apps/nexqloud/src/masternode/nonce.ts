import { randomBytes } from 'node:crypto'

import type { Hex } from 'viem'

/** Returns 32 bytes that nobody knew before. */
export function createNonce(): Hex {
  return `0x${randomBytes(32).toString('hex')}`
}
