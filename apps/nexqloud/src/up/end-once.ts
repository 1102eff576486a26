/**
 * Returns what starts a program so that it is asked once to end, however often that is wished. The death of `up` is told for
 * each of its threads (prctl(2), PR_SET_PDEATHSIG), and a Docker that hears a third SIGTERM goes without its containers.
 */
export function endOnce(command: readonly string[]): readonly string[] {
  return ['setpriv', '--pdeathsig', 'TERM', 'sh', '-c', script, 'sh', ...command]
}

/** What is killed with the shell; and after the first SIGTERM, the shell waits for it alone. */
const script = `
setpriv --pdeathsig KILL "$@" &
child=$!
trap 'trap : TERM; kill -TERM $child' TERM
while kill -0 $child 2>/dev/null; do wait $child; code=$?; done
exit $code`
