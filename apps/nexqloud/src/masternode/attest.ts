import type { Hex, LocalAccount } from 'viem'

/** Returns what signs a text in the name of a masternode, as a wallet signs a message (EIP-191): whoever gets it finds the key on the chain. */
export function createAttest(account: LocalAccount): (text: string) => Promise<Hex> {
  return async (message) => {
    if (account.signMessage === undefined) throw new TypeError('The key signs no messages.')
    return account.signMessage({ message })
  }
}
