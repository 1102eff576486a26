import { Writable } from 'node:stream'

import type { ShellProcess } from './container-shell.ts'

/** Runs a script whose output nobody wants; returns its exit code. */
export function runQuietly(
  run: (process: ShellProcess) => Promise<number>,
  script: string,
): Promise<number> {
  const nowhere = (): Writable => new Writable({ write: (_bytes, _encoding, done) => done() })
  return run({
    command: ['/bin/sh', '-c', script],
    isTty: false,
    stdin: undefined,
    stdout: nowhere(),
    stderr: nowhere(),
    onResize: () => {},
    signal: new AbortController().signal,
  })
}
