import { dataFolderOf } from '../data-folder.ts'
import { formatTable, printResult } from '../fields.ts'
import { readKeyring } from '../keystore/keyring.ts'
import type { DataOptions } from '../option.ts'
import type { Shell } from '../shell.ts'

/** Lists the keystores of the data folder; asks no node. */
export async function listWallets({ data, json }: DataOptions, shell: Shell): Promise<void> {
  const { printer } = shell
  const keyring = await readKeyring(dataFolderOf(data, shell))
  const wallets = [
    ...keyring.wallets.map((wallet) => ({ ...wallet, kind: 'yours' })),
    ...keyring.networkKeys.map((wallet) => ({ ...wallet, kind: 'network' })),
  ]
  const rows = wallets.map(({ name, address, kind }) => [name, address, kind])
  printResult(
    {
      document: {
        wallets: wallets.map(({ name, address, kind, file }) => ({ name, address, kind, file })),
        damaged: keyring.damaged.map(({ file, message }) => ({ file, problem: message })),
      },
      lines: formatTable([['NAME', 'ADDRESS', 'KIND'], ...rows]),
    },
    { printer, json },
  )
  keyring.damaged.forEach(({ message }) => printer.note(message))
}
