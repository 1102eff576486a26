import { runProgram, type Run, type StageTools } from './stage.ts'
import { emptyTally } from './tally.ts'

/** The versions of forge that the contracts are tested with. */
const knownForge = /\b1\.7\.\d+/

/**
 * Returns `run` where a known forge is at hand: the one that the lock file names, else the user's own. Elsewhere the run
 * skips `what`, and says why.
 */
export function withForge(what: string, run: Run): Run {
  return async (tools) => {
    const reason = await findObstacle(tools)
    if (reason === undefined) return run(tools)
    return { tally: { ...emptyTally, skips: [{ name: what, reason }] }, output: '' }
  }
}

async function findObstacle(tools: StageTools): Promise<string | undefined> {
  const script = `PATH="${tools.root}/contracts/node_modules/.bin:$PATH" forge --version`
  const { exitCode, stdout } = await runProgram(tools, ['sh', '-c', script])
  if (exitCode !== 0) {
    return 'The registry has no forge for this machine, and there is none on the PATH. Install Foundry 1.7.'
  }
  if (knownForge.test(stdout)) return undefined
  return `The contracts need forge 1.7; the one on the PATH says ${stdout.split('\n')[0]}.`
}
