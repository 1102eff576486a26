import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { faultOf } from '../fault.ts'
import { createMemoryShell } from '../memory-shell.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { importWallet } from './import.ts'
import { listWallets } from './list.ts'

/** The first account of every development node, known to everybody. */
const key = 'ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'
const address = '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266'

test.each([
  ['typed', { answers: [`0x${key}`, 'secret', 'secret'] }, {}],
  ['piped in', { input: `${key.toUpperCase()}\n`, env: { NEXQLOUD_PASSWORD: 'secret' } }, {}],
  ['in a file', { answers: ['secret', 'secret'] }, { isFile: true }],
] as const)(
  'a private key is imported: %s',
  async (_, answers, { isFile = false }: { isFile?: boolean }) => {
    using folder = openScratchFolder()
    const keyFile = join(folder.path, 'key')
    writeFileSync(keyFile, `${key}\n`)
    const shell = createMemoryShell(answers)
    const options = { data: folder.path, json: true, ...(isFile && { keyFile }) }
    await importWallet('alice', options, shell)
    expect(JSON.parse(shell.printer.lines[0] ?? '')).toMatchObject({ name: 'alice', address })
  },
)

test.each([
  ['', 'nothing'],
  [key.slice(2), 'too short'],
  ['test test test test test test test test test test test junk', 'a seed phrase'],
  ['0'.repeat(64), 'zero'],
  ['f'.repeat(64), 'above the order of the curve'],
])('"%s" is no private key (%s), and is not repeated', async (input) => {
  using folder = openScratchFolder()
  const shell = createMemoryShell({ input, env: { NEXQLOUD_PASSWORD: 'secret' } })
  const importing = importWallet('alice', { data: folder.path }, shell)
  await expect(importing).rejects.toMatchObject({
    code: 'WALLET_PRIVATE_KEY_INVALID',
    message: 'This is not a private key: 64 hex digits, with or without 0x.',
  })
  await listWallets({ data: folder.path }, shell)
  expect(shell.printer.lines).toEqual(['NAME  ADDRESS  KIND'])
})

test('a file that is not there is named, not called a wrong key', async () => {
  using folder = openScratchFolder()
  const keyFile = join(folder.path, 'key')
  const importing = importWallet('alice', { data: folder.path, keyFile }, createMemoryShell())
  const failure = await importing.catch(faultOf)
  expect(failure).toMatchObject({ message: `There is no file or folder ${keyFile}.` })
})

test('a name is taken once, and a key is in one wallet', async () => {
  using folder = openScratchFolder()
  const again = (name: string) => {
    const shell = createMemoryShell({ input: key, env: { NEXQLOUD_PASSWORD: 'secret' } })
    return importWallet(name, { data: folder.path }, shell)
  }
  await again('alice')
  await expect(again('alice')).rejects.toMatchObject({ code: 'WALLET_EXISTS' })
  await expect(again('bob')).rejects.toThrow('The wallet alice has this key already.')
})
