import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { declareBench } from './bench/declaration.ts'
import { features } from './features.ts'
import { createMemoryShell } from './memory-shell.ts'
import type { NamedRequest } from './named-command.ts'
import { runProgram } from './program.ts'
import { declareTest } from './test/declaration.ts'

test('help lists the commands and ends with 0', async () => {
  const { code, lines } = await run('--help')
  expect(code).toBe(0)
  expect(lines).toMatchInlineSnapshot(`
    "Usage: nexqloud [options] [command]

    A cloud made of other people's computers.

    Options:
      -V, --version              output the version number
      -h, --help                 display help for command

    Commands:
      test [options] [NAME...]   run the tests
      bench [options] [NAME...]  run the benchmarks
      help [command]             display help for command

    Exit codes: 0 done, 1 failed, 2 wrong usage."
  `)
})

test('the version is that of the manifest', async () => {
  expect(await run('--version')).toMatchObject({ code: 0, lines: '0.1.0' })
})

test('names and options reach the command', async () => {
  const { code, requests } = await run('test', 'types', 'lint', '--json')
  expect(code).toBe(0)
  expect(requests).toEqual([['test', { names: ['types', 'lint'], json: true }]])
})

test('no names mean all', async () => {
  expect((await run('bench')).requests).toEqual([['bench', { names: [], json: false }]])
})

test('the exit code is that of the command', async () => {
  expect((await run('bench', 'failing')).code).toBe(1)
})

test('an unknown command is wrong usage, and the nearest one is named', async () => {
  const { code, notes, requests } = await run('tset')
  expect({ code, requests }).toEqual({ code: 2, requests: [] })
  expect(notes).toMatchInlineSnapshot(`
    "error: unknown command 'tset'
    (Did you mean test?)
    (nexqloud --help lists the commands)"
  `)
})

test('an unknown option is wrong usage', async () => {
  const { code, notes } = await run('test', '--jsn')
  expect(code).toBe(2)
  expect(notes).toMatchInlineSnapshot(`
    "error: unknown option '--jsn'
    (Did you mean --json?)
    (nexqloud --help lists the commands)"
  `)
})

test('wrong usage is one document too, where that was asked for', async () => {
  const { code, lines } = await run('test', '--jsn', '--json')
  expect(code).toBe(2)
  expect(lines).toBe(
    `{"error":{"code":"CLI_WRONG_USAGE","message":"unknown option '--jsn'\\n(Did you mean --json?)"}}`,
  )
})

test('a port of its own and the first port of the network contradict each other', async () => {
  const shell = createMemoryShell()
  const args = ['chain', '--port', '1', '--port-base', '2']
  expect(await runProgram(args, { features, shell })).toBe(2)
  expect(shell.printer.notes.join()).toContain('--port-base')
})

test.each([
  [['help', 'wallet', 'create'], 'Usage: nexqloud wallet create '],
  [['wallet', 'help', 'create'], 'Usage: nexqloud wallet create '],
  [['help', 'chain'], 'Usage: nexqloud chain '],
  [['chain', 'help'], 'Usage: nexqloud chain '],
  [['chain', 'help', 'show'], 'Usage: nexqloud chain show '],
  [['help', 'test', 'lint'], 'Usage: nexqloud test '],
  [['help'], 'Usage: nexqloud [options]'],
])('%j prints the help of the command that is meant', async (args, usage) => {
  const shell = createMemoryShell()
  expect(await runProgram(args, { features, shell })).toBe(0)
  expect(shell.printer.lines.join()).toContain(usage)
})

test.each([
  [['chain', 'shwo', 'latest'], "unknown command 'shwo'\n(Below chain there are: show, verify,"],
  [['help', 'chain', 'shwo'], "unknown command 'shwo'"],
  [['help', 'wallet', 'crate'], '(Did you mean create?)'],
  [['help', 'walet'], '(Did you mean wallet?)'],
])('%j is wrong usage, and what there is is named', async (args, remark) => {
  const shell = createMemoryShell()
  expect(await runProgram(args, { features, shell })).toBe(2)
  expect(shell.printer.notes.join()).toContain(remark)
})

test('no command is wrong usage', async () => {
  expect((await run()).code).toBe(2)
})

test('every command does something on its own or has commands below it, and takes --json', async () => {
  const help = await helpOfAll()
  const working = [...help].filter(([, text]) => !text.includes('\nCommands:\n'))
  expect(working.length).toBeGreaterThanOrEqual(20)
  expect(working.filter(([, text]) => !text.includes('--json')).map(([path]) => path)).toEqual([])
})

test('the README has a row for each command, and for nothing else', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const rows = readme.matchAll(/^\| `nexqloud ([^`]+)` \|/gm)
  const named = [...rows].flatMap(([, usage = '']) => pathsOf(usage))
  const help = await helpOfAll()
  const working = [...help].filter(([, text]) => !text.includes('\nCommands:\n'))
  // They run where they have no command below them.
  const paths = ['chain', 'masternode', ...working.map(([path]) => path)]
  expect(named.toSorted()).toEqual(paths.toSorted())
})

/** Returns the commands of a usage such as `wallet create\|import NAME`. */
function pathsOf(usage: string): readonly string[] {
  const words = usage.split(' ').filter((word) => /^[a-z]/.test(word))
  return words.reduce<readonly string[]>(
    (paths, word) =>
      word.split('\\|').flatMap((name) => paths.map((path) => `${path} ${name}`.trim())),
    [''],
  )
}

/** Runs a command line whose commands only write down what they were asked. */
async function run(...args: readonly string[]) {
  const shell = createMemoryShell()
  const requests: (readonly [name: string, request: NamedRequest])[] = []
  const record = (name: string) => async (request: NamedRequest) => {
    requests.push([name, request])
    return request.names.includes('failing') ? 1 : 0
  }
  const recording = [declareTest(record('test')), declareBench(record('bench'))]
  const code = await runProgram(args, { features: recording, shell })
  const { lines, notes } = shell.printer
  return { code, requests, lines: lines.join('\n'), notes: notes.join('\n') }
}

/** Returns the help of every command, those of groups included. */
async function helpOfAll(): Promise<ReadonlyMap<string, string>> {
  const help = new Map<string, string>()
  const visit = async (path: readonly string[]) => {
    const shell = createMemoryShell()
    await runProgram([...path, '--help'], { features, shell })
    const text = shell.printer.lines.join('\n')
    help.set(path.join(' '), text)
    const below = /\nCommands:\n([\s\S]*)/.exec(text)?.[1] ?? ''
    for (const [, name = ''] of below.matchAll(/^ {2}([a-z]+)/gm)) {
      if (name !== 'help') await visit([...path, name])
    }
  }
  await visit([])
  return help
}
