import { BaseError } from '@nexqloud/kernel'

import { exitCodeOf } from './exit-code.ts'
import { createTerminalPrinter, type Printer } from './printer.ts'
import { runProgram, type Actions } from './program.ts'

const printer = createTerminalPrinter()
process.exitCode = await main(process.argv.slice(2))

/** Wires the command line to the terminal and the signals, and returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  process.once('SIGTERM', () => stop.abort())
  try {
    return await runProgram(args, { actions: createActions(stop.signal), printer })
  } catch (error) {
    printError(error, printer)
    return exitCodeOf(error)
  }
}

/** Each command is loaded when it is asked for, so that help stays quick. */
function createActions(signal: AbortSignal): Actions {
  return {
    test: async (request) =>
      (await import('./test/command.ts')).runTest(request, { printer, signal }),
    bench: async (request) =>
      (await import('./bench/command.ts')).runBenchmarks(request, { printer, signal }),
  }
}

/** An error that we made says what to do; any other is a fault of ours, and shows where. */
function printError(error: unknown, { note }: Printer): void {
  if (!(error instanceof BaseError)) {
    note(error instanceof Error ? (error.stack ?? error.message) : String(error))
    return
  }
  note(error.message)
  if (error.hint !== undefined) note(error.hint)
}
