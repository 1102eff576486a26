import { inOneLine, toPrintable } from './printable.ts'

/** Where the command line writes. The result goes to `line`; what merely accompanies it goes elsewhere. */
export type Printer = {
  /** Writes one line of the result. */
  readonly line: (text: string) => void
  /** Writes one line beside the result: an error, a hint. */
  readonly note: (text: string) => void
  /** Shows what is under way until the next writing; only where somebody watches. */
  readonly status: (text: string) => void
}

/** Returns the printer of this process: results on standard output, the rest on standard error. */
export function createTerminalPrinter(): Printer {
  const { stdout, stderr } = process
  let clear = ''
  const write = (stream: NodeJS.WriteStream, text: string) => {
    if (clear !== '') stderr.write(clear)
    clear = ''
    stream.write(toPrintable(text))
  }
  return {
    line: (text) => write(stdout, `${text}\n`),
    note: (text) => write(stderr, `${text}\n`),
    status: (text) => {
      if (!stderr.isTTY) return
      // What goes over the edge could not be taken back.
      write(stderr, inOneLine(text).slice(0, Math.max(0, stderr.columns - 1)))
      clear = '\r\u001B[K'
    },
  }
}

/** A printer that keeps what was written. */
export type MemoryPrinter = Printer & {
  readonly lines: readonly string[]
  readonly notes: readonly string[]
}

/** Returns a printer that writes into memory, where nobody watches. */
export function createMemoryPrinter(): MemoryPrinter {
  const lines: string[] = []
  const notes: string[] = []
  return {
    lines,
    notes,
    line: (text) => void lines.push(text),
    note: (text) => void notes.push(text),
    status: () => {},
  }
}
