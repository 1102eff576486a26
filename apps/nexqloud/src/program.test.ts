import { expect, test } from 'vitest'

import { createMemoryPrinter } from './printer.ts'
import { runProgram, type NamedRequest } from './program.ts'

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

test('no command is wrong usage', async () => {
  expect((await run()).code).toBe(2)
})

/** Runs a command line whose commands only write down what they were asked. */
async function run(...args: readonly string[]) {
  const printer = createMemoryPrinter()
  const requests: (readonly [name: string, request: NamedRequest])[] = []
  const record = (name: string) => async (request: NamedRequest) => {
    requests.push([name, request])
    return request.names.includes('failing') ? 1 : 0
  }
  const actions = { test: record('test'), bench: record('bench') }
  const code = await runProgram(args, { actions, printer })
  return { code, requests, lines: printer.lines.join('\n'), notes: printer.notes.join('\n') }
}
