import { createInterface, type Interface } from 'node:readline/promises'
import { Writable, type Readable } from 'node:stream'
import { text as readText } from 'node:stream/consumers'

import { BaseError } from '@nexqloud/kernel'

/** Who sits before the command line, and what is piped into it. */
export type Terminal = {
  /** Can somebody be asked? */
  readonly isInteractive: boolean
  /**
   * Asks for a line that is not shown while it is typed.
   *
   * @throws {@link NoAnswerError} where whoever was asked went away.
   * @throws {@link InterruptedError} where that was by Ctrl-C.
   */
  readonly askHidden: (question: string) => Promise<string>
  /** Asks for a line that is shown while it is typed; throws as `askHidden` does. */
  readonly ask: (question: string) => Promise<string>
  /** Returns everything that is piped in; may be called once. */
  readonly readInput: () => Promise<string>
}

/** Asks a question of which "no" is the usual answer. */
export async function confirm({ ask }: Pick<Terminal, 'ask'>, question: string): Promise<boolean> {
  return /^\s*y(?:es)?\s*$/i.test(await ask(`${question} [y/N] `))
}

/** Whoever was asked gave no answer. */
class NoAnswerError extends BaseError {
  constructor() {
    super('Nothing was answered.', { code: 'CLI_NO_ANSWER', kind: 'invalid' })
  }
}

/** Whoever was asked pressed Ctrl-C; a command asks before it does anything. */
export class InterruptedError extends BaseError {
  constructor() {
    super('Stopped; nothing was done.', { code: 'CLI_STOPPED', kind: 'unavailable' })
  }
}

/** What a terminal reads from and asks on; `isTTY` where somebody sits there. */
type TerminalStreams = {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stderr: Writable & { readonly isTTY?: boolean }
}

/** Returns the terminal of a process; questions stand on standard error, so that results can be piped on. */
export function createProcessTerminal({ stdin, stderr }: TerminalStreams): Terminal {
  return {
    isInteractive: stdin.isTTY === true && stderr.isTTY === true,
    askHidden: async (question) => {
      stderr.write(question)
      const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
      try {
        return await readLine(createInterface({ input: stdin, output: silent, terminal: true }))
      } finally {
        stderr.write('\n')
      }
    },
    ask: (question) => {
      stderr.write(question)
      return readLine(createInterface({ input: stdin, output: stderr, terminal: true }))
    },
    readInput: () => readText(stdin),
  }
}

async function readLine(reader: Interface): Promise<string> {
  const gone = new Promise<never>((_resolve, reject) => {
    reader.once('SIGINT', () => reject(new InterruptedError()))
    reader.once('close', () => reject(new NoAnswerError()))
  })
  try {
    return await Promise.race([reader.question(''), gone])
  } finally {
    reader.close()
  }
}

/** Returns a terminal whose answers are prepared: those to questions, in order, and what is piped in. */
export function createMemoryTerminal({
  answers = [],
  input = '',
}: {
  readonly answers?: readonly string[]
  readonly input?: string
} = {}): Terminal {
  const left = [...answers]
  const answer = async (): Promise<string> => {
    const next = left.shift()
    if (next === undefined) throw new NoAnswerError()
    return next
  }
  return {
    isInteractive: answers.length > 0,
    askHidden: answer,
    ask: answer,
    readInput: async () => input,
  }
}
