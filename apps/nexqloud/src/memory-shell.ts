import type { Clock } from '@nexqloud/kernel'

import { createMemoryPrinter, type MemoryPrinter } from './printer.ts'
import type { Shell } from './shell.ts'
import { createMemoryStreams } from './standard-streams.ts'
import { createMemoryTerminal } from './terminal.ts'

/** A shell that reaches nothing outside this process, unless a test says otherwise. */
export type MemoryShell = Shell & { readonly printer: MemoryPrinter }

type Answers = Partial<
  Pick<Shell, 'env' | 'clock' | 'connect' | 'openCluster' | 'streams' | 'signal'>
> & {
  readonly printer?: MemoryPrinter
  /** What is typed, question by question. */
  readonly answers?: readonly string[]
  /** What is piped in. */
  readonly input?: string
}

/** Returns a shell in memory: it writes into memory, and its answers are prepared. */
export function createMemoryShell({
  env = {},
  clock = createMemoryClock(),
  connect = refuse,
  openCluster = refuse,
  streams = createMemoryStreams(),
  signal = new AbortController().signal,
  printer = createMemoryPrinter(),
  ...typed
}: Answers = {}): MemoryShell {
  return {
    printer,
    terminal: createMemoryTerminal(typed),
    signal,
    env,
    clock,
    connect,
    openCluster,
    streams,
  }
}

/** A clock that only waiting moves on; nobody has to wait for that. */
function createMemoryClock(): Clock {
  let nowMs = 1_700_000_000_000
  return {
    wallMs: () => nowMs,
    steadyMs: () => nowMs,
    delay: async (ms, signal) => {
      if (!signal.aborted) nowMs += ms
    },
  }
}

async function refuse(url: string): Promise<never> {
  throw new RangeError(`Nothing answers at ${url} in a test.`)
}
