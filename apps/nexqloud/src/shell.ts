import type { Clock } from '@nexqloud/kernel'
import type { Transport } from 'viem'

import type { Cluster } from './cluster.ts'
import type { Printer } from './printer.ts'
import type { StandardStreams } from './standard-streams.ts'
import type { Terminal } from './terminal.ts'

/** What a command may use of the world outside. */
export type Shell = {
  readonly printer: Printer
  readonly terminal: Terminal
  /** Aborts when somebody wants the command to end. */
  readonly signal: AbortSignal
  /** Variables of the environment; only `NEXQLOUD_*` and the home folder are looked at. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  /** How the node at a URL is reached; nothing is sent yet. */
  readonly connect: (url: string) => Promise<Transport>
  /** How the Kubernetes API of a kubeconfig (its text) is reached; nothing is sent yet. */
  readonly openCluster: (kubeconfig: string) => Promise<Cluster>
  readonly streams: StandardStreams
}

/** Resolves when a signal aborts. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
