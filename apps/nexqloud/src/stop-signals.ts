/** What is needed of a process: to hear what it is told. */
type Hearer = Pick<NodeJS.Process, 'on' | 'once'>

/**
 * Asks a command to end in order once it is told to: by Ctrl-C, by whoever supervises it, by a terminal that is closed. A second
 * Ctrl-C ends it at once. The other signals do no more the second time: a second `nexqloud down` must not cut the first one off.
 */
export function endOnSignals(hearer: Hearer, stop: AbortController): void {
  hearer.once('SIGINT', () => stop.abort())
  hearer.on('SIGTERM', () => stop.abort())
  hearer.on('SIGHUP', () => stop.abort())
}
