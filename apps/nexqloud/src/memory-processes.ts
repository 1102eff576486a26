import type { ProcessCommand, ProcessOutcome, RunProcess } from './run-process.ts'

/** Answers for one program: what it leaves behind, or a function of the command. */
export type ScriptedProcess = {
  /** Does this answer meet `command`? */
  readonly when: (command: ProcessCommand) => boolean
  readonly exitCode?: number
  readonly stdout?: string
  readonly stderr?: string
}

/** Processes that run in memory alone. */
export type MemoryProcesses = {
  readonly run: RunProcess
  /** The commands that were run, each as one line. */
  readonly commands: readonly string[]
}

/** Returns processes that answer from a script: the first answer that meets the command; 127 where none does. */
export function createMemoryProcesses(script: readonly ScriptedProcess[]): MemoryProcesses {
  const commands: string[] = []
  const run: RunProcess = async (command, signal) => {
    commands.push([command.program, ...command.args].join(' '))
    const answer = script.find(({ when }) => when(command))
    if (signal.aborted) return outcomeOf({ exitCode: 143 })
    return outcomeOf(answer ?? { exitCode: 127, stderr: `spawn ${command.program} ENOENT\n` })
  }
  return { run, commands }
}

function outcomeOf({
  exitCode = 0,
  stdout = '',
  stderr = '',
}: Omit<ScriptedProcess, 'when'>): ProcessOutcome {
  return { exitCode, stdout, stderr, output: stdout + stderr, seconds: 0 }
}
