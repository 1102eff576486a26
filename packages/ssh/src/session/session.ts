import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'

import type { Clock } from '@nexqloud/kernel'
import type { ServerChannel, Session } from 'ssh2'

import type { HeldBytes } from '../sftp/held-bytes.ts'
import { serveSftp } from '../sftp/serve-sftp.ts'
import type { ContainerShell, ShellProcess } from '../shell/container-shell.ts'
import { runQuietly, type QuietParts } from '../shell/run-quietly.ts'
import { SESSION_VARIABLE, signalScript, startScript } from '../shell/script.ts'
import { createEnvironment } from './environment.ts'
import { explainEnd } from './explain-end.ts'
import { runOnChannel } from './run-on-channel.ts'
import { createSignals } from './signals.ts'
import { createTerminal, type Terminal } from './terminal.ts'

/** What a session stands on. */
export type SessionParts = {
  readonly instance: string
  readonly shell: ContainerShell
  readonly clock: Pick<Clock, 'delay'>
  readonly socket: Socket
  /** `SSH_CONNECTION`, as OpenSSH tells it. */
  readonly connection: string
  /** Aborted when the connection is over. */
  readonly signal: AbortSignal
  readonly openHeldBytes: () => HeldBytes
  readonly onBytes: () => void
  readonly onEnd: () => void
}

/** The longest command that is taken. The kernel takes no argument of 128 KiB; the rest is for quotes around it. */
const MOST_COMMAND = 32_768

/** Serves what a client asks of a session: one command or shell, or files. */
export function serveSession(session: Session, parts: SessionParts): void {
  const life = new SessionLife(parts)
  parts.signal.addEventListener('abort', life.end, { once: true })
  session.on('close', life.end)
  session.on('env', (accept, reject, { key, val }) => {
    if (life.environment.set(key, val)) accept?.()
    else reject?.()
  })
  session.on('pty', (accept, _reject, { term, cols, rows }) => {
    life.terminal = createTerminal(term, { width: cols, height: rows })
    accept?.()
  })
  session.on('window-change', (accept, _reject, { cols, rows }) => {
    life.terminal?.resize({ width: cols, height: rows })
    accept?.()
  })
  session.on('signal', (accept, _reject, { name }) => {
    life.send(name)
    accept?.()
  })
  session.on('shell', (accept) => void life.start(accept(), undefined))
  session.on('exec', (accept, reject, { command }) => {
    if (command.length > MOST_COMMAND || command.includes('\0')) reject()
    else void life.start(accept(), command)
  })
  session.on('subsystem', (accept, reject, { name }) => {
    if (name === 'sftp') void life.serveFiles(accept())
    else reject()
  })
}

class SessionLife {
  readonly environment = createEnvironment()
  terminal: Terminal | undefined
  readonly #parts: SessionParts
  readonly #id = randomBytes(16).toString('hex')
  readonly #over = new AbortController()
  readonly #quiet: QuietParts
  readonly #signal: (script: string) => void
  #isRunning = false

  constructor(parts: SessionParts) {
    this.#parts = parts
    this.#quiet = { run: (process) => this.#run(process), clock: parts.clock }
    this.#signal = createSignals((script) => runQuietly(this.#quiet, script))
  }

  readonly end = (): void => {
    if (this.#over.signal.aborted) return
    // Whoever hangs up takes along what runs in the terminal.
    if (this.terminal !== undefined) this.send('HUP')
    this.#over.abort()
    this.#parts.signal.removeEventListener('abort', this.end)
    this.#parts.onEnd()
  }

  /** Sends a signal to what runs. */
  send(signal: string): void {
    const script = signalScript(this.#id, signal)
    if (script === undefined || !this.#isRunning) return
    this.#signal(script)
  }

  /** A client that starts twice has no second channel. */
  async start(channel: ServerChannel | undefined, command: string | undefined): Promise<void> {
    if (channel === undefined) return
    this.#isRunning = true
    const { terminal } = this
    const script = startScript({
      command,
      environment: {
        ...this.environment.read(),
        ...(terminal && { TERM: terminal.type }),
        SSH_CONNECTION: this.#parts.connection,
        [SESSION_VARIABLE]: this.#id,
      },
    })
    await runOnChannel({
      ...this.#parts,
      channel,
      run: this.#run,
      signal: this.#over.signal,
      command: ['/bin/sh', '-c', script],
      onResize: terminal?.onResize,
      explain: (code) => explainEnd(this.#quiet, code),
    })
    this.#isRunning = false
  }

  async serveFiles(channel: ServerChannel | undefined): Promise<void> {
    if (channel === undefined) return
    await serveSftp(channel, {
      ...this.#parts,
      run: this.#run,
      signal: this.#over.signal,
      explain: (code) => explainEnd(this.#quiet, code),
    })
  }

  readonly #run = (process: ShellProcess): Promise<number> =>
    this.#parts.shell.run(this.#parts.instance, process)
}
