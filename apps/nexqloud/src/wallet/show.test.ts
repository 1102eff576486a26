import { expect, test } from 'vitest'

import { showAccountOf } from '../account/show.ts'
import { addKey } from '../keystore/key-folder.ts'
import { walletFolderOf } from '../keystore/keyring.ts'
import { createMemoryShell } from '../memory-shell.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { connectMemoryNode } from '../session/memory-node.ts'
import { askFaucet } from './faucet.ts'
import { showWallet } from './show.ts'

const cost = { n: 2, p: 1 } as const

test.each([
  ['wallet show', showWallet],
  ['wallet faucet', askFaucet],
  ['account show', showAccountOf],
] as const)('%s says how it is told which of several wallets', async (command, run) => {
  using folder = openScratchFolder()
  for (const [name, digit] of [
    ['alice', '1'],
    ['bob', '2'],
  ] as const) {
    const key = { name, privateKey: `0x${digit.repeat(64)}`, password: 'secret', cost } as const
    await addKey(walletFolderOf(folder.path), key)
  }
  const node = connectMemoryNode({ chainId: 5_134_418 })
  const shell = createMemoryShell({ connect: async () => node })
  await expect(run(undefined, { data: folder.path, amount: '1' }, shell)).rejects.toMatchObject({
    code: 'WALLET_UNNAMED',
    hint: `Name one of them: nexqloud ${command} NAME.`,
  })
})
