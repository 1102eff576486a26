/** Where the command line writes. The result goes to `line`; what merely accompanies it goes to `note`. */
export type Printer = {
  /** Writes one line of the result. */
  readonly line: (text: string) => void
  /** Writes one line beside the result: progress, an error, a hint. */
  readonly note: (text: string) => void
}

/** Returns the printer of this process: results on standard output, notes on standard error. */
export function createTerminalPrinter(): Printer {
  return {
    line: (text) => void process.stdout.write(`${text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
  }
}

/** A printer that keeps what was written. */
export type MemoryPrinter = Printer & {
  readonly lines: readonly string[]
  readonly notes: readonly string[]
}

/** Returns a printer that writes into memory. */
export function createMemoryPrinter(): MemoryPrinter {
  const lines: string[] = []
  const notes: string[] = []
  return {
    lines,
    notes,
    line: (text) => void lines.push(text),
    note: (text) => void notes.push(text),
  }
}
