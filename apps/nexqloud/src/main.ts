import { systemClock } from '@nexqloud/kernel'

import { endOnClosedOutput } from './closed-output.ts'
import { exitCodeOf } from './exit-code.ts'
import { faultOf, printFault } from './fault.ts'
import { features } from './features.ts'
import { endWithParent } from './parent.ts'
import { createTerminalPrinter } from './printer.ts'
import { runProgram } from './program.ts'
import type { Shell } from './shell.ts'
import { createProcessStreams } from './standard-streams.ts'
import { endOnSignals } from './stop-signals.ts'
import { createProcessTerminal } from './terminal.ts'

const code = await main(process.argv.slice(2))
// One that is set already says why the command ended.
process.exitCode ??= code

/** Wires the command line to the terminal and the signals, and returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const stop = new AbortController()
  endOnSignals(process, stop)
  endOnClosedOutput(process, stop)
  endWithParent(process, stop)
  const shell = createShell(stop.signal)
  try {
    return await runProgram(args, { features, shell })
  } catch (error) {
    printFault(faultOf(error), { printer: shell.printer, json: args.includes('--json') })
    return exitCodeOf(error)
  }
}

function createShell(signal: AbortSignal): Shell {
  return {
    printer: createTerminalPrinter(),
    terminal: createProcessTerminal(process),
    signal,
    env: process.env,
    clock: systemClock,
    openCluster: async (kubeconfig) => (await import('./cluster.ts')).openCluster(kubeconfig),
    get streams() {
      return createProcessStreams(process)
    },
    // What is asked at once goes as one request; a node takes no more in one than that.
    connect: async (url) =>
      (await import('@nexqloud/ledger')).createHttpTransport(url, {
        retryCount: 1,
        timeout: 10_000,
        batch: { batchSize: 50 },
      }),
  }
}
