import { Readable, Writable } from 'node:stream'

import type { Pod } from '@nexqloud/control'
import type { ContainerStreams } from '@nexqloud/kube'

import { ScriptNotStartedError } from './errors.ts'

/** Where cloud-init has what it was given; whoever makes the folder `started` is the one who starts it. */
const FOLDER = '/var/lib/cloud/instance'
const LOG = '/var/log/cloud-init-output.log'
const WITHIN_MS = 30_000

/**
 * Starts a script in a pod's container, once: however often it is asked, and by how many. It runs on by itself; what it writes stands among what the
 * container writes, and its exit code in the folder.
 *
 * @throws {@link ScriptNotStartedError} where the container has no shell, or did not get all of it.
 */
export async function startScript(
  run: ContainerStreams['run'],
  pod: Pod,
  script: Uint8Array,
): Promise<void> {
  const { metadata = {}, spec } = pod
  const target = {
    node: spec?.nodeName ?? '',
    namespace: metadata.namespace ?? '',
    pod: metadata.name ?? '',
    uid: metadata.uid ?? '',
    container: spec?.containers[0]?.name ?? '',
  }
  const said = new Beginning()
  const code = await run(target, {
    command: ['/bin/sh', '-c', starterOf(script.length)],
    isTty: false,
    stdin: Readable.from([Buffer.from(script)]),
    stdout: new Beginning(),
    stderr: said,
    onResize: () => {},
    signal: AbortSignal.timeout(WITHIN_MS),
  })
  if (code !== 0) throw new ScriptNotStartedError(target.pod, code, said.text)
}

const MOST_SAID_BYTES = 4096

/** Keeps the beginning of what is written, and lets the rest fall: a container may write without end. */
class Beginning extends Writable {
  #kept = Buffer.alloc(0)

  get text(): string {
    return this.#kept.toString()
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    const left = MOST_SAID_BYTES - this.#kept.length
    if (left > 0) this.#kept = Buffer.concat([this.#kept, chunk.subarray(0, left)])
    done()
  }
}

/** A script that arrives in part is not begun. */
function starterOf(bytes: number): string {
  return [
    'set -e',
    `d=${FOLDER}`,
    'mkdir -p "$d" /var/log',
    '[ ! -e "$d/started" ] || exit 0',
    't="$d/part.$$"',
    'cat > "$t"',
    `[ "$(wc -c < "$t")" -eq ${bytes} ] || { rm -f "$t"; echo "not all of it arrived" >&2; exit 9; }`,
    'chmod 700 "$t"',
    'mkdir "$d/started" 2>/dev/null || { rm -f "$t"; exit 0; }',
    'mv "$t" "$d/user-data"',
    '(',
    '  set +e',
    "  trap '' HUP",
    `  if (: > /proc/1/fd/1) 2>/dev/null; then exec > /proc/1/fd/1 2>&1; else exec >> ${LOG} 2>&1; fi`,
    '  "$d/user-data" < /dev/null',
    '  echo $? > "$d/user-data.exit"',
    ') > /dev/null 2>&1 &',
  ].join('\n')
}
