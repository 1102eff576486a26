import { exitCode } from './exit-code.ts'
import { faultOf } from './fault.ts'

/** What a shell reports of a program that SIGPIPE ended: 128 + 13. */
const closedPipe = 141

/** What runs longer than this after it was asked to end looks at no signal, and has nothing to put in order. */
const GRACE_MS = 10_000

/** Of a pipe whose reader has gone, and of a terminal that was hung up. */
const goneReader: ReadonlySet<string> = new Set(['EPIPE', 'EIO'])

/** What is needed of a process: its two outputs, and ways to end. */
type Outputs = Pick<NodeJS.Process, 'stdout' | 'stderr' | 'exit' | 'exitCode'>

/**
 * Ends the process once its results get nowhere: quietly where nobody reads them any more, as in `nexqloud chain | head -1`,
 * since Node ignores the signal that ends other programs then; as failed where they cannot be written, as on a full disk. What
 * runs is asked to end in order by `stop`. Remarks that get nowhere are dropped: they end nothing.
 */
export function endOnClosedOutput(outputs: Outputs, stop: AbortController): void {
  const { stdout, stderr, exit } = outputs
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    const isGone = goneReader.has(error.code ?? '')
    const code = isGone ? closedPipe : exitCode.failed
    if (!isGone) stderr.write(`Standard output cannot be written: ${faultOf(error).message}\n`)
    outputs.exitCode = code
    stop.abort()
    setTimeout(() => exit(code), GRACE_MS).unref()
  })
  stderr.on('error', () => {
    // There is no other place to say so.
  })
}
