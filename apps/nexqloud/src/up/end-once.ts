/**
 * Returns what starts a program so that it is asked once to end, however often that is wished. The death of `up` is told for
 * each of its threads (prctl(2), PR_SET_PDEATHSIG), and a Docker that hears a third SIGTERM goes without its containers.
 */
export function endOnce(command: readonly string[]): readonly string[] {
  return ['setpriv', '--pdeathsig', 'TERM', 'sh', '-c', script, 'sh', ...command]
}

/** What is killed with the shell; and after the first SIGTERM, which may come before there is a child, the shell waits for it alone. */
const script = `
ask() { trap : TERM; if [ -n "$child" ]; then kill -TERM $child; else asked=yes; fi; }
asked= child=
trap ask TERM
setpriv --pdeathsig KILL "$@" &
child=$!
if [ -n "$asked" ]; then kill -TERM $child; fi
while kill -0 $child 2>/dev/null; do wait $child; code=$?; done
exit $code`
