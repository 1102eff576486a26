import { quote } from './quote.ts'

/** What is started in a container, and with which environment. */
export type Start = {
  /** What the user's shell is to do; nothing for a login shell. */
  readonly command: string | undefined
  readonly environment: Readonly<Record<string, string>>
}

/** By which variable the processes of a session are found. */
export const SESSION_VARIABLE = 'NEXQLOUD_SSH_SESSION'

/** Returns what a container's `/bin/sh` starts a session with: at home, with its environment. */
export function startScript({ command, environment }: Start): string {
  const exports = Object.entries(environment).map(
    ([name, value]) => `export ${name}=${quote(value)}`,
  )
  return [
    // Where the user of the container has no home, it begins where the image says.
    'cd "${HOME:-/}" 2>/dev/null',
    ...exports,
    command === undefined ? LOGIN_SHELL : `exec /bin/sh -c ${quote(command)}`,
  ].join('\n')
}

const LOGIN_SHELL = `if [ -x /bin/bash ]; then export SHELL=/bin/bash; exec /bin/bash -l; fi
export SHELL=/bin/sh
exec /bin/sh -l`

/** Signals by their names, as they may be sent to a session (RFC 4254, section 6.10). */
const signals: ReadonlySet<string> = new Set(
  'ABRT ALRM FPE HUP ILL INT KILL PIPE QUIT SEGV TERM USR1 USR2'.split(' '),
)

/** Returns what sends a signal to all processes of a session; nothing where there is no such signal. */
export function signalScript(session: string, signal: string): string | undefined {
  if (!signals.has(signal)) return undefined
  return `for file in /proc/[0-9]*/environ; do
if grep -q ${quote(`${SESSION_VARIABLE}=${session}`)} "$file" 2>/dev/null; then
process=\${file#/proc/}
kill -s ${signal} "\${process%/environ}" 2>/dev/null
fi
done`
}
