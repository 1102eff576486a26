import { Writable } from 'node:stream'

import type { Clock } from '@nexqloud/kernel'

import type { ShellProcess } from './container-shell.ts'

/** What a script is run with. */
export type QuietParts = {
  readonly run: (process: ShellProcess) => Promise<number>
  readonly clock: Pick<Clock, 'delay'>
}

/** What a script may take: nobody looks at it, so one that hangs would be kept for good. */
const MOST_MS = 10_000

/** Runs a script whose output nobody wants; returns its exit code. Rejects where it takes more than ten seconds. */
export async function runQuietly({ run, clock }: QuietParts, script: string): Promise<number> {
  const [stop, done] = [new AbortController(), new AbortController()]
  const nowhere = (): Writable => new Writable({ write: (_bytes, _encoding, taken) => taken() })
  const running = run({
    command: ['/bin/sh', '-c', script],
    isTty: false,
    stdin: undefined,
    stdout: nowhere(),
    stderr: nowhere(),
    onResize: () => {},
    signal: stop.signal,
  })
  const late = clock.delay(MOST_MS, done.signal).then(() => {
    stop.abort()
    throw new Error(`A script took more than ${MOST_MS} ms.`)
  })
  try {
    return await Promise.race([running, late])
  } finally {
    done.abort()
  }
}
