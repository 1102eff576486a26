import type { Hex } from 'viem'

/** Returns where the code of an upgradeable contract stands at genesis: the proxy at `…0n` runs what is at `…1n`. */
export function implementationOf(proxy: string): Hex {
  return `0x${(BigInt(proxy) + 0x10n).toString(16).padStart(40, '0')}`
}
