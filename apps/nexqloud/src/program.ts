import { Command, CommanderError } from 'commander'

import manifest from '../package.json' with { type: 'json' }
import { exitCode } from './exit-code.ts'
import type { Feature } from './feature.ts'
import { toHelpRequest } from './help-request.ts'
import type { Printer } from './printer.ts'
import type { Shell } from './shell.ts'

/** Runs the command that `args` (without the program's own name) ask for, and returns its exit code. */
export async function runProgram(
  args: readonly string[],
  { features, shell }: { readonly features: readonly Feature[]; readonly shell: Shell },
): Promise<number> {
  let code: number = exitCode.done
  const program = createProgram(shell.printer)
  for (const declare of features) {
    declare(program, async (action) => {
      code = (await action(shell)) ?? exitCode.done
    })
  }
  try {
    await program.parseAsync(toHelpRequest(program, args), { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return exitCode.done
    if (args.includes('--json')) printUsageError(error, shell.printer)
    return exitCode.wrongUsage
  }
  return code
}

/** What was wrong has been said already, but not to whoever reads the one document. */
function printUsageError({ message }: CommanderError, { line }: Printer): void {
  const text = message.replace(/^error: /, '')
  line(JSON.stringify({ error: { code: 'CLI_WRONG_USAGE', message: text } }))
}

function createProgram(printer: Printer): Command {
  return new Command('nexqloud')
    .enablePositionalOptions()
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
