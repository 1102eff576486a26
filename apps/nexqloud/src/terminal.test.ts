import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

import { openScratchFolder } from './scratch-folder.ts'
import { createMemoryTerminal } from './terminal.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))

test('what is piped in reaches the command, and nothing of it is printed', async () => {
  using folder = openScratchFolder()
  const key = '7e'.repeat(32)
  const passwordFile = join(folder.path, 'password')
  writeFileSync(passwordFile, 'secret\n')
  const args = ['wallet', 'import', 'alice', '--data', folder.path, '--password-file', passwordFile]
  const { code, results, remarks } = await pipe(key, args)
  expect({ code, results }).toEqual({ code: 0, results: expect.stringContaining('alice') })
  expect(results + remarks).not.toContain(key)
})

test('where nobody can be asked, a command asks for nothing', async () => {
  using folder = openScratchFolder()
  const { code, remarks } = await pipe('', ['wallet', 'create', 'bob', '--data', folder.path])
  expect({ code, remarks }).toEqual({
    code: 2,
    remarks: expect.stringContaining('The wallet bob needs its password.'),
  })
})

test('prepared answers are given in order, until there is none', async () => {
  const terminal = createMemoryTerminal({ answers: ['one', 'two'] })
  expect([await terminal.askHidden('?'), await terminal.askHidden('?')]).toEqual(['one', 'two'])
  await expect(terminal.askHidden('?')).rejects.toMatchObject({ code: 'CLI_NO_ANSWER' })
})

async function pipe(input: string, args: readonly string[]) {
  const { NEXQLOUD_PASSWORD: _, ...env } = process.env
  const child = spawn(process.execPath, [main, ...args], { stdio: 'pipe', env })
  child.stdin.end(input)
  const [results, remarks, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { code, results, remarks }
}
