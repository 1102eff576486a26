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

/** Half of the order of secp256k1: of the two `s` of each signature OpenZeppelin's ECDSA takes the lower one alone (EIP-2). */
const MOST_S = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n

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
  return BigInt(s) <= MOST_S && serializeSignature({ r, s, yParity }) === signature
}
