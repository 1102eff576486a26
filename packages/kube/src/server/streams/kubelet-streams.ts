import type { Duplex, Readable, Writable } from 'node:stream'

/** A container of a pod that is bound to a node. */
export type ContainerTarget = {
  readonly node: string
  readonly namespace: string
  readonly pod: string
  /** Tells the pod from another one of its name. */
  readonly uid: string
  readonly container: string
}

/** What part of a log is wanted. */
export type LogOptions = {
  readonly follow: boolean
  readonly previous: boolean
  readonly timestamps: boolean
  readonly tailLines: number | undefined
  readonly sinceSeconds: number | undefined
  /** ISO 8601. */
  readonly sinceTime: string | undefined
  readonly limitBytes: number | undefined
}

/** Size of a terminal, in characters. */
export type TerminalSize = { readonly width: number; readonly height: number }

/** A process in a container, and who talks to it. */
export type ProcessRequest = {
  /** Empty to attach to the process that the container runs already. */
  readonly command: readonly string[]
  readonly isTty: boolean
  /** Nothing where the client sends nothing. Ends when the client closes it. */
  readonly stdin: Readable | undefined
  readonly stdout: Writable
  readonly stderr: Writable
  /** Tells each size of the client's terminal. */
  readonly onResize: (listener: (size: TerminalSize) => void) => void
  /** Aborted when the client went away: the process is to be ended. */
  readonly signal: AbortSignal
}

/**
 * Who reaches the containers of each node. What it throws reaches the client as a `Status`: a StatusError as it is,
 * anything else as an internal error.
 */
export type KubeletStreams = {
  /** Returns a container's log, oldest first; with `follow` until the container or the reader ends. */
  readonly log: (
    target: ContainerTarget,
    options: LogOptions,
    signal: AbortSignal,
  ) => AsyncIterable<Uint8Array>
  /** Runs a command, or attaches to the container's own process; resolves with the exit code once its output is written. */
  readonly run: (target: ContainerTarget, process: ProcessRequest) => Promise<number>
  /** Opens a connection to a port of the pod, as a process inside it would. */
  readonly connect: (target: ContainerTarget, port: number, signal: AbortSignal) => Promise<Duplex>
}
