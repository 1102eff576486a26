import { runProgram, type Run, type StageReport } from './stage.ts'
import { emptyTally, type Tally } from './tally.ts'

/** The versions of forge that the contracts are tested with. */
const knownForge = /\b1\.7\.\d+/

/**
 * Returns `run` where a known forge is at hand: the one that the lock file names, else the user's own. Where there is none,
 * the run skips `what`, and says why; another forge than that is a failure, for whoever installed it can change it.
 */
export function withForge(what: string, run: Run): Run {
  return async (tools) => {
    const script = `PATH="${tools.root}/contracts/node_modules/.bin:$PATH" forge --version`
    const { exitCode, stdout } = await runProgram(tools, ['sh', '-c', script])
    if (exitCode !== 0) return reportOf({ skips: [{ name: what, reason: noForge }] })
    if (knownForge.test(stdout)) return run(tools)
    const message = `The contracts need forge 1.7; the one on the PATH says ${stdout.split('\n')[0]}.\nRun: foundryup --install 1.7.1`
    return reportOf({ failures: [{ name: what, message }] })
  }
}

const noForge =
  'The registry has no forge for this machine, and there is none on the PATH. Install Foundry 1.7.'

function reportOf(tally: Partial<Tally>): StageReport {
  return { tally: { ...emptyTally, ...tally }, output: '' }
}
