import { PassThrough } from 'node:stream'

import type { ServerChannel } from 'ssh2'

import type { ContainerShell, TerminalSize } from '../shell/container-shell.ts'
import { createChannelOutput, type OutputParts } from './channel-output.ts'

/** A process, and the channel that it is to have for its standard streams. */
export type ChannelProcess = Pick<OutputParts, 'socket' | 'signal' | 'onBytes'> & {
  readonly channel: ServerChannel
  readonly run: (process: Parameters<ContainerShell['run']>[1]) => Promise<number>
  readonly command: readonly string[]
  /** Nothing where it has no terminal. */
  readonly onResize: ((listener: (size: TerminalSize) => void) => void) | undefined
  /** What the user is told besides where a process ended so; nothing where that says enough. */
  readonly explain: (code: number) => Promise<string | undefined>
}

/** What OpenSSH's client itself ends with where something has gone wrong on the way. */
const FAILED = 255

/** What a shell ends with where there is no such program. */
const NOT_FOUND = 127

/** Runs a process on a channel, tells its exit code, and ends the channel. Never throws. */
export async function runOnChannel(parts: ChannelProcess): Promise<void> {
  const { channel, signal, onResize, explain } = parts
  const stdin = new PassThrough()
  // The process may end before its input does.
  stdin.on('error', () => {})
  // A terminal has no end: who sends no more has typed all, and is still answered.
  channel.on('data', parts.onBytes).pipe(stdin, { end: onResize === undefined })
  const stdout = createChannelOutput({ ...parts, channel })
  const stderr = createChannelOutput({ ...parts, channel: channel.stderr })
  const finish = (code: number): void => {
    channel.unpipe(stdin).resume()
    if (signal.aborted) return
    channel.exit(code)
    channel.end()
  }
  const say = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const line = `nexqloud: ${text}${onResize === undefined ? '\n' : '\r\n'}`
      stderr.write(line, () => resolve())
    })
  try {
    const code = await parts.run({
      command: parts.command,
      isTty: onResize !== undefined,
      stdin,
      stdout,
      stderr,
      onResize: onResize ?? (() => {}),
      signal,
    })
    const explanation = await explain(code)
    if (explanation !== undefined) await say(explanation)
    finish(explanation === undefined ? code : NOT_FOUND)
  } catch (failure) {
    const explanation = await explain(FAILED).catch(() => undefined)
    await say(explanation ?? (failure instanceof Error ? failure.message : String(failure)))
    finish(explanation === undefined ? FAILED : NOT_FOUND)
  } finally {
    stdin.destroy()
  }
}
