import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { createMemoryShell } from '../memory-shell.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { PasswordMissingError } from './errors.ts'
import { choosePassword, readPassword } from './password.ts'

const alice = { name: 'alice' }

test('the file that was named comes first, without the end of its line', async () => {
  using folder = openScratchFolder()
  const passwordFile = write(folder.path, ' from the file \n')
  const shell = createMemoryShell({ env: { NEXQLOUD_PASSWORD: 'env' }, answers: ['typed'] })
  expect(await readPassword(alice, { passwordFile }, shell)).toBe(' from the file ')
})

test("a network's key is opened by the file beside it, whatever the environment says", async () => {
  using folder = openScratchFolder()
  const wallet = { name: 'faucet', passwordFile: write(folder.path, 'machine\n') }
  const shell = createMemoryShell({ env: { NEXQLOUD_PASSWORD: 'env' } })
  expect(await readPassword(wallet, {}, shell)).toBe('machine')
})

test('the environment comes before a question', async () => {
  const shell = createMemoryShell({ env: { NEXQLOUD_PASSWORD: 'env' }, answers: ['typed'] })
  expect(await readPassword(alice, {}, shell)).toBe('env')
})

test('whoever sits at the terminal is asked last', async () => {
  expect(await readPassword(alice, {}, createMemoryShell({ answers: ['typed'] }))).toBe('typed')
})

test('where nobody can be asked, the ways to give one are told', async () => {
  await expect(readPassword(alice, {}, createMemoryShell())).rejects.toMatchObject({
    code: 'WALLET_PASSWORD_MISSING',
    hint: 'Name a file with --password-file, set NEXQLOUD_PASSWORD, or run the command in a terminal.',
  })
})

test('a new password is typed twice', async () => {
  const same = createMemoryShell({ answers: ['typed', 'typed'] })
  expect(await choosePassword('alice', {}, same)).toBe('typed')
  const other = createMemoryShell({ answers: ['typed', 'tpyed'] })
  await expect(choosePassword('alice', {}, other)).rejects.toThrow('The two passwords differ.')
})

test('an empty password is none, and neither is a file that is not there', async () => {
  using folder = openScratchFolder()
  const [empty, absent] = [write(folder.path, '\n'), join(folder.path, 'absent')]
  for (const passwordFile of [empty, absent]) {
    const reading = readPassword(alice, { passwordFile }, createMemoryShell())
    await expect(reading).rejects.toThrow(PasswordMissingError)
  }
  const typed = readPassword(alice, {}, createMemoryShell({ answers: [''] }))
  await expect(typed).rejects.toThrow('An empty password protects nothing.')
})

function write(folder: string, text: string): string {
  const file = join(folder, 'password')
  writeFileSync(file, text)
  return file
}
