import type { SettlementKey } from '@nexqloud/control'
import { parseAddress } from '@nexqloud/kernel'
import { rootData } from '@nexqloud/ledger'
import {
  parseSignature,
  recoverTypedDataAddress,
  serializeSignature,
  type Hex,
  type LocalAccount,
} from 'viem'

import { isCanonicalSignature } from '../canonical-signature.ts'

/** Returns what a masternode signs roots with, and knows the signatures of others by. */
export function createSettlementKey(account: LocalAccount, chainId: number): SettlementKey {
  return {
    signer: parseAddress(account.address),
    sign: (root) => account.signTypedData(rootData(chainId, root)),
    signerOf: async ({ signature, ...root }) => {
      try {
        if (!isPlain(signature)) return undefined
        const signer = await recoverTypedDataAddress({ ...rootData(chainId, root), signature })
        return parseAddress(signer)
      } catch {
        // Bytes from anybody may be no signature.
        return undefined
      }
    },
  }
}

/** Whether it is spelled as the chain takes it: one that it does not would spoil those of the others in the same call. */
function isPlain(signature: Hex): boolean {
  const { r, s, yParity } = parseSignature(signature)
  const isWhole = serializeSignature({ r, s, yParity }) === signature
  return isWhole && isCanonicalSignature(signature)
}
