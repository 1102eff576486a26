/** A local network's genesis, and keys that can pay on it. */

import { createGenesis, createLocalLaunch, readRecordedRelease } from '@nexqloud/contracts'
import { getContractAddress, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'

import { parseGenesis, type GenesisFile } from '../src/genesis/genesis-file.ts'

/** The key that owns everything a founder can own, the faucet too; known to everybody. */
export const founder = privateKeyToAccount(`0x${'4e'.repeat(32)}`)

/** Returns the account of a test's own key number. */
export function accountOf(number: number) {
  return privateKeyToAccount(`0x${(1000 + number).toString(16).padStart(64, '0')}`)
}

/** Returns the local network's genesis; accounts named in `balances` have so many wei more. */
export async function createLocalGenesis(
  balances: Readonly<Record<string, bigint>> = {},
): Promise<GenesisFile> {
  const launch = createLocalLaunch({ account: founder.address, genesisTime: 1_700_000_000 })
  const { file } = await createGenesis(readRecordedRelease(), launch)
  const extra = Object.fromEntries(
    Object.entries(balances).map(([account, wei]) => [
      account.toLowerCase(),
      { balance: `0x${wei.toString(16)}` },
    ]),
  )
  return parseGenesis({ ...file, alloc: { ...file.alloc, ...extra } })
}

/** Returns where the contract comes to be that an account makes with this nonce; lower case. */
export function contractOf(from: Hex, nonce: number): Hex {
  return getContractAddress({ from, nonce: BigInt(nonce) }).toLowerCase() as Hex
}
