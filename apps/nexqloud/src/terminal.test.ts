import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

import { exitCodeOf } from './exit-code.ts'
import { openScratchFolder } from './scratch-folder.ts'
import { confirm, createMemoryTerminal, createProcessTerminal } from './terminal.ts'

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

test.each([
  ['y', true],
  [' Yes ', true],
  ['', false],
  ['n', false],
  ['yesterday', false],
])('"%s" is a yes: %s', async (answer, expected) => {
  const terminal = createMemoryTerminal({ answers: [answer] })
  expect(await confirm(terminal, 'Really?')).toBe(expected)
})

test('a question that is answered in the open stands on standard error', async () => {
  const [stdin, stderr] = [new PassThrough(), new PassThrough()]
  const asking = createProcessTerminal({ stdin, stderr }).ask('Name? ')
  stdin.write('alice\n')
  expect(await asking).toBe('alice')
  expect(String(stderr.read())).toContain('Name? ')
})

test('prepared answers are given in order, until there is none', async () => {
  const terminal = createMemoryTerminal({ answers: ['one', 'two'] })
  expect([await terminal.askHidden('?'), await terminal.askHidden('?')]).toEqual(['one', 'two'])
  await expect(terminal.askHidden('?')).rejects.toMatchObject({ code: 'CLI_NO_ANSWER' })
})

test('an answer is taken as it is typed, and not shown', async () => {
  const { terminal, stdin, shown } = openTyped()
  const answer = terminal.askHidden('Password: ')
  stdin.write('secret\r')
  expect(await answer).toBe('secret')
  expect(await shown()).toBe('Password: \n')
})

test('Ctrl-C at a question ends the command as an interrupted one', async () => {
  const { terminal, stdin } = openTyped()
  const answer = terminal.askHidden('Password: ')
  stdin.write('sec\u0003')
  const error: unknown = await answer.catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'CLI_STOPPED', message: 'Stopped; nothing was done.' })
  expect(exitCodeOf(error)).toBe(130)
})

test('whoever goes away gives no answer', async () => {
  const { terminal, stdin } = openTyped()
  const answer = terminal.askHidden('Password: ')
  stdin.end()
  await expect(answer).rejects.toMatchObject({ code: 'CLI_NO_ANSWER' })
})

/** A terminal whose keys a test presses. */
function openTyped() {
  const [stdin, stderr] = [new PassThrough(), new PassThrough()]
  const terminal = createProcessTerminal({ stdin, stderr })
  return { terminal, stdin, shown: () => text(stderr.end()) }
}

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
