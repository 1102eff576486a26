import { Command, CommanderError } from 'commander'

import manifest from '../package.json' with { type: 'json' }
import { exitCode } from './exit-code.ts'
import type { Printer } from './printer.ts'

/** A command that takes names: `nexqloud test types lint --json`. */
export type NamedRequest = { readonly names: readonly string[]; readonly json: boolean }

/** What each command does; returns its exit code. */
export type Actions = {
  readonly test: (request: NamedRequest) => Promise<number>
  readonly bench: (request: NamedRequest) => Promise<number>
}

/** Runs the command that `args` (without the program's own name) ask for, and returns its exit code. */
export async function runProgram(
  args: readonly string[],
  { actions, printer }: { readonly actions: Actions; readonly printer: Printer },
): Promise<number> {
  let code: number = exitCode.done
  const program = createProgram(printer)
  for (const { name, summary, noun, details } of namedCommands) {
    program
      .command(name)
      .description(summary)
      .argument('[NAME...]', `the ${noun} to run; all where none is named`)
      .option('--json', 'print one JSON document')
      .addHelpText('after', details)
      .action(async (names: string[], { json = false }: { json?: boolean }) => {
        code = await actions[name]({ names, json })
      })
  }
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? exitCode.done : exitCode.wrongUsage
  }
  return code
}

const namedCommands = [
  {
    name: 'test',
    summary: 'run the tests',
    noun: 'stages',
    details: '\nThe last line is: N passed, N failed, N skipped.',
  },
  {
    name: 'bench',
    summary: 'run the benchmarks',
    noun: 'benchmarks',
    details: '\nFails where a benchmark could not run or missed its goal.',
  },
] as const

function createProgram(printer: Printer): Command {
  return new Command('nexqloud')
    .description(manifest.description)
    .version(manifest.version)
    .showHelpAfterError('(nexqloud --help lists the commands)')
    .configureOutput({
      writeOut: (text) => printer.line(text.trimEnd()),
      writeErr: (text) => printer.note(text.trimEnd()),
    })
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong usage.')
    .exitOverride()
}
