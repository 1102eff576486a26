import { join } from 'node:path'

import { parseAddress, parseDeviceId } from '@nexqloud/kernel'
import { explainFailure, type Ledger } from '@nexqloud/ledger'
import type { Hex } from 'viem'
import { z } from 'zod'

import { readIfPresent, replaceFile } from '../whole-file.ts'
import { DeviceFileError, OtherChainError } from './errors.ts'

const hex32 = z.templateLiteral(['0x', z.string().regex(/^[0-9a-f]{64}$/)])

const membership = z.object({
  device: z.int().transform(parseDeviceId),
  owner: z.string().transform(parseAddress),
  /** Token id of the digital key that activates it. */
  key: z.string().regex(/^\d+$/).transform(BigInt),
  tlsKeyHash: hex32,
  region: z.string(),
  chainId: z.int(),
  /** Hash of block 0: two networks may have one chain id. */
  genesisHash: hex32,
  /** The node that was named when it joined. */
  rpc: z.url().optional(),
})

/** Which device of which network a folder is. */
export type Membership = z.output<typeof membership>

/**
 * Returns what a folder remembers of its joining; `undefined` where it did not join yet.
 *
 * @throws {@link DeviceFileError}
 */
export async function readMembership(folder: string): Promise<Membership | undefined> {
  const file = fileOf(folder)
  const text = await readIfPresent(file)
  if (text === undefined) return undefined
  try {
    return membership.parse(JSON.parse(text))
  } catch {
    throw new DeviceFileError(file, 'it does not say which device this is.')
  }
}

/** Remembers it, in the place of what was remembered before. */
export async function writeMembership(folder: string, joined: Membership): Promise<void> {
  const text = JSON.stringify({ ...joined, key: joined.key.toString() }, null, 2)
  await replaceFile({ file: fileOf(folder), text: `${text}\n` })
}

/**
 * Resolves where the node is one of the device's own network.
 *
 * @throws {@link OtherChainError} where it is not.
 */
export async function assertOwnNetwork(
  ledger: Pick<Ledger<undefined>, 'client'>,
  { folder, joined }: { readonly folder: string; readonly joined: Membership },
): Promise<void> {
  const found = await readGenesisHash(ledger)
  if (found !== joined.genesisHash) throw new OtherChainError(folder, joined.device)
}

/** Returns the hash of block 0, by which networks are told apart. */
export async function readGenesisHash({ client }: Pick<Ledger<undefined>, 'client'>): Promise<Hex> {
  try {
    const { hash } = await client.getBlock({ blockNumber: 0n })
    return hash
  } catch (error) {
    throw explainFailure(error)
  }
}

function fileOf(folder: string): string {
  return join(folder, 'membership.json')
}
