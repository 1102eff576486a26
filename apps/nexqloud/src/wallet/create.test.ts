import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { readKeyring } from '../keystore/keyring.ts'
import { createMemoryShell } from '../memory-shell.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { createWallet } from './create.ts'
import { listWallets } from './list.ts'

test('a wallet that was created is listed', async () => {
  using folder = openScratchFolder()
  const shell = createMemoryShell({ answers: ['secret', 'secret'] })
  await createWallet('alice', { data: folder.path, json: true }, shell)
  const made = JSON.parse(shell.printer.lines[0] ?? '') as { file: string; address: string }
  await listWallets({ data: folder.path }, shell)
  expect(shell.printer.lines.at(-1)).toBe(`alice  ${made.address}  yours`)
  expect(readFileSync(made.file, 'utf8')).not.toContain('secret')
})

test('of two that take a name at once one has it', async () => {
  using folder = openScratchFolder()
  const create = () => {
    const shell = createMemoryShell({ env: { NEXQLOUD_PASSWORD: 'secret' } })
    return createWallet('alice', { data: folder.path }, shell)
  }
  const outcomes = await Promise.allSettled([create(), create()])
  const refusals = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  expect(refusals).toEqual([
    expect.objectContaining({
      code: 'WALLET_EXISTS',
      message: 'There is a wallet alice already.',
    }),
  ])
  expect((await readKeyring(folder.path)).wallets).toHaveLength(1)
})
