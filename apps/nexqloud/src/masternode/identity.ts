/** Returns what a masternode is called among those that work on the same API, by its TLS key. */
export function identityOf(tlsKeyHash: string): string {
  return `masternode-${tlsKeyHash.slice(2, 14)}`
}
