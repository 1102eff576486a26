import { PassThrough, type Readable, type Writable } from 'node:stream'
import type { ReadStream, WriteStream } from 'node:tty'

/** A terminal's size in characters. */
type TerminalSize = { readonly width: number; readonly height: number }

/** The terminal that standard input and output are. */
type RawTerminal = {
  readonly size: () => TerminalSize
  /** Tells each new size; returns how to end that. */
  readonly onResize: (listener: (size: TerminalSize) => void) => () => void
  /** Raw: each key arrives at once and as it is, Ctrl-C included. */
  readonly setRaw: (isRaw: boolean) => void
}

/** What a command passes on byte by byte, past printer and questions. */
export type StandardStreams = {
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable
  /** Nothing where they are not both a terminal. */
  readonly terminal: RawTerminal | undefined
}

/** Returns the standard streams of a process. */
export function createProcessStreams({
  stdin,
  stdout,
  stderr,
}: {
  readonly stdin: ReadStream
  readonly stdout: WriteStream
  readonly stderr: WriteStream
}): StandardStreams {
  const size = (): TerminalSize => ({ width: stdout.columns, height: stdout.rows })
  const terminal: RawTerminal = {
    size,
    onResize: (listener) => {
      const tell = (): void => listener(size())
      stdout.on('resize', tell)
      return () => void stdout.off('resize', tell)
    },
    setRaw: (isRaw) => void stdin.setRawMode(isRaw),
  }
  return { stdin, stdout, stderr, terminal: stdin.isTTY && stdout.isTTY ? terminal : undefined }
}

/** Returns standard streams in memory; `terminal` where somebody is to sit there. */
export function createMemoryStreams(terminal?: RawTerminal) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  return { stdin, stdout, stderr, terminal }
}
