import type { Hex } from 'viem'

/** Half of the order of secp256k1: of the two `s` of each signature, both of which anybody can make, OpenZeppelin's `ECDSA` takes the lower one alone (EIP-2). */
const MOST_S = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n

/** Whether contracts would take a signature of 65 bytes from the key that made it. */
export function isCanonicalSignature(signature: Hex): boolean {
  const [s, v] = [`0x${signature.slice(66, 130)}`, signature.slice(130)]
  return BigInt(s) <= MOST_S && (v === '1b' || v === '1c')
}
