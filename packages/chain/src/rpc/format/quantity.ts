import type { Hex } from 'viem'

/** Returns a number as JSON-RPC writes it: hex without leading zeros. */
export function toQuantity(value: bigint | number): Hex {
  return `0x${value.toString(16)}`
}

/** Returns bytes as hex, two digits each. */
export function toData(bytes: Uint8Array): Hex {
  return `0x${bytes.toHex()}`
}
