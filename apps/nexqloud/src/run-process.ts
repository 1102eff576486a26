import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'

/** A program to run, found on the `PATH` of `env`. */
export type ProcessCommand = {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  /** Variables on top of this process's own. */
  readonly env?: Readonly<Record<string, string>>
}

/** What a program left behind. */
export type ProcessOutcome = {
  /** 127 where the program does not exist, 128 + the signal's number where one ended it. */
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  /** Both, as they came. */
  readonly output: string
  /** Wall time. */
  readonly seconds: number
  /** User and system time of the program and all it waited for; absent where the system does not tell. */
  readonly cpuSeconds?: number
}

/**
 * Runs a program to its end. Never rejects: what went wrong is in the exit code and the output. When `signal`
 * aborts, the program and everything it started are ended; when it has aborted already, nothing is started. The exit
 * code is then 143.
 */
export type RunProcess = (command: ProcessCommand, signal: AbortSignal) => Promise<ProcessOutcome>

/** How long a program may take to end after it was asked to, before it is ended by force. */
const graceMs = 5000

/** Runs real programs, each in a process group of its own, one at a time: two at once would mix up their CPU times. */
export const runProcess: RunProcess = (command, signal) => {
  if (signal.aborted) return Promise.resolve(notStarted)
  const startedMs = performance.now()
  const cpuBefore = childrenCpuSeconds()
  const child = spawn(command.program, command.args, {
    cwd: command.cwd,
    env: { ...process.env, ...command.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const collected = { stdout: '', stderr: '', output: '' }
  const releaseSignal = endOnAbort(child.pid, signal)
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    collected.stdout += text
    collected.output += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    collected.stderr += text
    collected.output += text
  })
  return new Promise((resolve) => {
    const finish = (exitCode: number) => {
      releaseSignal()
      const cpuAfter = childrenCpuSeconds()
      resolve({
        exitCode,
        ...collected,
        seconds: (performance.now() - startedMs) / 1000,
        ...(cpuBefore !== undefined && cpuAfter !== undefined
          ? { cpuSeconds: cpuAfter - cpuBefore }
          : {}),
      })
    }
    child.once('error', (error) => {
      collected.stderr += `${error.message}\n`
      collected.output += `${error.message}\n`
      finish(127)
    })
    child.once('close', (code, name) => finish(code ?? 128 + (name ? constants.signals[name] : 0)))
  })
}

const notStarted: ProcessOutcome = Object.freeze({
  exitCode: 128 + constants.signals.SIGTERM,
  stdout: '',
  stderr: '',
  output: '',
  seconds: 0,
})

/** Ends the process group `pid` once `signal` aborts; returns what takes that back. */
function endOnAbort(pid: number | undefined, signal: AbortSignal): () => void {
  if (pid === undefined) return () => {}
  let force: NodeJS.Timeout | undefined
  const end = () => {
    endGroup(pid, 'SIGTERM')
    force = setTimeout(() => endGroup(pid, 'SIGKILL'), graceMs)
  }
  signal.addEventListener('abort', end, { once: true })
  return () => {
    signal.removeEventListener('abort', end)
    clearTimeout(force)
  }
}

function endGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/**
 * Returns the CPU time of all ended children of this process, from `cutime` and `cstime` of `/proc/self/stat`
 * (proc(5), fields 16 and 17, in ticks of 1/100 s on every Linux that Node supports).
 */
function childrenCpuSeconds(): number | undefined {
  if (process.platform !== 'linux') return undefined
  const afterName = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(afterName[13]) + Number(afterName[14])) / 100
}
