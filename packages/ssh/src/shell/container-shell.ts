import type { Duplex, Readable, Writable } from 'node:stream'

/** Size of a terminal, in characters. */
export type TerminalSize = { readonly width: number; readonly height: number }

/** A process that is to run in a container, and who talks to it. */
export type ShellProcess = {
  readonly command: readonly string[]
  /** With a terminal, all output is `stdout`. */
  readonly isTty: boolean
  /** Nothing where the process is sent nothing. */
  readonly stdin: Readable | undefined
  readonly stdout: Writable
  readonly stderr: Writable
  /** Tells each size of the terminal; the first one at once, where it is known. */
  readonly onResize: (listener: (size: TerminalSize) => void) => void
  /** Aborted when nobody listens any more. */
  readonly signal: AbortSignal
}

/** The way into the containers of instances. */
export type ContainerShell = {
  /**
   * Runs a command as the container's own user; resolves with its exit code once its output was taken. Rejects where the instance is
   * nowhere just now, or the way to it breaks off. A program that the container lacks is an exit code, or a rejection: adapters differ.
   */
  readonly run: (instance: string, process: ShellProcess) => Promise<number>
  /** Opens a connection to a port, as a process in the container would. It may fail as soon as it is used, too. */
  readonly connect: (instance: string, port: number, signal: AbortSignal) => Promise<Duplex>
}
