import { PassThrough } from 'node:stream'
import { text as readText } from 'node:stream/consumers'

import type { ContainerStreams } from '@nexqloud/kube'

import { exitCode } from '../exit-code.ts'
import { printResult } from '../fields.ts'
import type { Shell } from '../shell.ts'
import type { StandardStreams } from '../standard-streams.ts'
import { InvalidRequestError } from './errors.ts'
import { withInstances, type InstanceOptions } from './instance-session.ts'
import { assertTarget } from './logs.ts'
import { findView } from './view.ts'

/** What `nexqloud exec` was asked. */
export type ExecOptions = InstanceOptions & {
  readonly interactive?: boolean
  readonly tty?: boolean
}

type Target = Parameters<ContainerStreams['run']>[0]
type Process = Parameters<ContainerStreams['run']>[1]

/** Runs a command in an instance; returns the command's exit code. */
export async function runCommand(
  [name = '', ...words]: readonly string[],
  options: ExecOptions,
  shell: Shell,
): Promise<number> {
  const command = words[0] === '--' ? words.slice(1) : words
  const { json = false, interactive = false, tty = false } = options
  const problems = [
    ...(command.length === 0 ? ['exec needs a command behind the name, e.g. sh.'] : []),
    ...(json && (interactive || tty)
      ? ['--json prints one document: leave --interactive and --tty out.']
      : []),
  ]
  if (problems.length > 0) throw new InvalidRequestError(problems, 'exec')
  return withInstances(options, shell, async (session) => {
    const target = assertTarget(await findView(session, name), shell.clock.wallMs())
    const { run } = session.streams
    if (json) return runForDocument(run, { target, command }, shell)
    const isTty = tty && shell.streams.terminal !== undefined
    if (tty && !isTty) shell.printer.note('Without a terminal: standard input or output is none.')
    try {
      return await runOnTerminal(shell, { isTty, interactive }, (terminal) =>
        run(target, { command, ...terminal, signal: shell.signal }),
      )
    } catch (failure) {
      if (shell.signal.aborted) return exitCode.interrupted
      throw failure
    }
  })
}

type Seat = Pick<Process, 'isTty' | 'stdin' | 'stdout' | 'stderr' | 'onResize'>

/** Gives the standard streams away for as long as the command runs. */
async function runOnTerminal(
  { streams }: { readonly streams: StandardStreams },
  { isTty, interactive }: { readonly isTty: boolean; readonly interactive: boolean },
  run: (seat: Seat) => Promise<number>,
): Promise<number> {
  const { stdin, stdout, stderr } = streams
  const terminal = isTty ? streams.terminal : undefined
  let stopResizing: (() => void) | undefined
  if (interactive) terminal?.setRaw(true)
  try {
    return await run({
      isTty,
      stdin: interactive ? stdin : undefined,
      stdout,
      stderr,
      onResize: (listener) => {
        if (terminal === undefined) return
        listener(terminal.size())
        stopResizing = terminal.onResize(listener)
      },
    })
  } finally {
    stopResizing?.()
    if (interactive) terminal?.setRaw(false)
    stdin.pause()
  }
}

async function runForDocument(
  run: ContainerStreams['run'],
  { target, command }: { readonly target: Target; readonly command: readonly string[] },
  { printer, signal }: Shell,
): Promise<number> {
  const [out, err] = [new PassThrough(), new PassThrough()]
  const outputs = Promise.all([readText(out), readText(err)])
  const seat = { isTty: false, stdin: undefined, stdout: out, stderr: err, onResize: () => {} }
  const code = await run(target, { command, ...seat, signal })
  out.end()
  err.end()
  const [stdout, stderr] = await outputs
  const document = { name: target.pod, exitCode: code, stdout, stderr }
  printResult({ document, lines: [] }, { printer, json: true })
  return code
}
