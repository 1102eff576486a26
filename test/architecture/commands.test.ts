import { execFileSync } from 'node:child_process'

import { expect, test } from 'vitest'

import { planBench } from '../../apps/nexqloud/src/bench/command.ts'
import { declareBench } from '../../apps/nexqloud/src/bench/declaration.ts'
import { createMemoryShell } from '../../apps/nexqloud/src/memory-shell.ts'
import { runProgram } from '../../apps/nexqloud/src/program.ts'
import { planTest } from '../../apps/nexqloud/src/test/command.ts'
import { declareTest } from '../../apps/nexqloud/src/test/declaration.ts'
import { files, read, root } from './workspace.ts'

/** A command that a document shows in a block of shell code. */
type ShownCommand = { readonly document: string; readonly command: string }

const shown = files.filter((file) => file.endsWith('.md')).flatMap(shownCommands)
const ours = shown.filter(({ command }) => command.startsWith('./nexqloud'))
const long = ours.filter(isLong)
const quick = ours.filter((command) => !isLong(command) && !isOnNetwork(command))

test('the README shows how to run the tests and the benchmarks', () => {
  const commands = ours.filter(({ document }) => document === 'README.md')
  expect(commands.map(({ command }) => command)).toEqual(
    expect.arrayContaining(['./nexqloud test', './nexqloud bench']),
  )
})

test.each(quick)('$document: $command runs', ({ command }) => {
  const args = ['apps/nexqloud/src/main.ts', ...argumentsOf(command)]
  expect(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' })).not.toBe('')
})

/**
 * The command line is parsed and planned as always, so that an unknown command, option, stage or benchmark fails here.
 * The plan is not carried out: the tests would run themselves.
 */
test.each(long)('$document: $command is understood', async ({ command }) => {
  const shell = createMemoryShell()
  const planned: number[] = []
  const features = [
    declareTest(async (request) => planned.push(planTest(request).length)),
    declareBench(async (request) => planned.push(planBench(request).length)),
  ]
  await runProgram(argumentsOf(command), { features, shell })
  expect(shell.printer.notes).toEqual([])
  expect(planned).toEqual([expect.any(Number)])
})

/** Programs beside ours that a reader has, or is told to install. */
const known = ['git', 'npm', 'cd', 'sudo', 'export', 'aws', 'curl', 'ssh']

test.each(shown)('$document: $command begins with a known program', ({ command }) => {
  expect(['./nexqloud', ...known]).toContain(command.split(' ')[0])
})

function shownCommands(document: string): readonly ShownCommand[] {
  const blocks = [...read(document).matchAll(/^```sh\n([\s\S]*?)^```/gm)]
  return blocks.flatMap(([, block = '']) =>
    block
      .split('\n')
      .map((line) => line.replace(/#.*$/, '').trim())
      .filter((line) => line !== '')
      .map((command) => ({ document, command })),
  )
}

function isLong({ command }: ShownCommand): boolean {
  return ['test', 'bench'].includes(argumentsOf(command)[0] ?? '') && !command.includes('--help')
}

/** Commands that a node or a masternode answers: the system tests of the README's stories run them, in their order. */
function isOnNetwork({ document, command }: ShownCommand): boolean {
  const chain = ['chain', 'wallet', 'key', 'account', 'lease', 'settlement', 'supply']
  const words = [...chain, 'up', 'down', 'status', 'why', 'ps', 'run', 'logs', 'exec', 'device']
  return document === 'README.md' && words.includes(argumentsOf(command)[0] ?? '')
}

function argumentsOf(command: string): readonly string[] {
  return command.split(/\s+/).slice(1)
}
