/**
 * Returns what starts a program as if it had never run: a file that says who it was is taken away first, each time. A daemon that was
 * killed leaves it, and its process may look alive for as long as nobody has waited for it.
 */
export function startClean(file: string, command: readonly string[]): readonly string[] {
  return ['sh', '-c', 'rm -f "$0"; exec "$@"', file, ...command]
}
