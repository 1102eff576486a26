/** What a shell reports of a program that SIGPIPE ended: 128 + 13. */
const closedPipe = 141

/** What is needed of a process: its two outputs, and a way to end. */
type Outputs = Pick<NodeJS.Process, 'stdout' | 'stderr' | 'exit'>

/**
 * Ends the process quietly once nobody reads its results any more, as in `nexqloud --help | head -1`: Node ignores the
 * signal that ends other programs then. Remarks that nobody reads are dropped.
 */
export function endOnClosedOutput({ stdout, stderr, exit }: Outputs): void {
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    exit(closedPipe)
  })
  stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}
