/** What a shell reports of a program that SIGPIPE ended: 128 + 13. */
const closedPipe = 141

/** What runs longer than this after it was asked to end looks at no signal, and has nothing to put in order. */
const GRACE_MS = 10_000

/** What is needed of a process: its two outputs, and ways to end. */
type Outputs = Pick<NodeJS.Process, 'stdout' | 'stderr' | 'exit' | 'exitCode'>

/**
 * Ends the process quietly once nobody reads its results any more, as in `nexqloud chain | head -1`: Node ignores the
 * signal that ends other programs then. What runs is asked to end in order by `stop`. Remarks that nobody reads are
 * dropped.
 */
export function endOnClosedOutput(outputs: Outputs, stop: AbortController): void {
  const { stdout, stderr, exit } = outputs
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    outputs.exitCode = closedPipe
    stop.abort()
    setTimeout(() => exit(closedPipe), GRACE_MS).unref()
  })
  stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}
