import { randomBytes } from 'node:crypto'

import { bytesToHex } from 'viem'

import type { DataOptions, PasswordOptions } from '../option.ts'
import type { Shell } from '../shell.ts'
import { assertNameIsFree, keepKey } from './keep-key.ts'

/**
 * Makes a key and locks it into a keystore.
 *
 * @throws {@link WalletExistsError} where the name is taken.
 */
export async function createWallet(
  name: string,
  options: DataOptions & PasswordOptions,
  shell: Shell,
): Promise<void> {
  await assertNameIsFree(name, options, shell)
  await keepKey({ name, privateKey: bytesToHex(randomBytes(32)) }, options, shell)
}
