import { createReadStream, existsSync, statSync, truncateSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** The wrapper that writes down what a process does to files, with their names. */
export function traceInto(file: string): readonly string[] {
  const calls = 'trace=write,pwrite64,writev,fsync,fdatasync,rename,unlink,ftruncate'
  return ['strace', '-f', '-qq', '-y', '-s', '0', '-e', calls, '-e', 'signal=none', '-o', file]
}

/** What a trace tells of one file: bytes that were written, and how many of them were synced. */
type FileState = { written: number; synced: number }

/**
 * Takes from the files of a folder what was written to them and not synced, as a power cut may: a kill alone leaves it in
 * the system's memory. Returns how many bytes that were over all files, and how many had been synced.
 */
export async function cutPower(
  folder: string,
  traceFile: string,
): Promise<{ readonly dropped: number; readonly synced: number }> {
  const files = await readTrace(folder, traceFile)
  let dropped = 0
  for (const [path, { synced }] of files) {
    if (!existsSync(path) || statSync(path).isDirectory()) continue
    const surplus = statSync(path).size - synced
    if (surplus <= 0) continue
    truncateSync(path, synced)
    dropped += surplus
  }
  return { dropped, synced: [...files.values()].reduce((sum, file) => sum + file.synced, 0) }
}

async function readTrace(folder: string, traceFile: string): Promise<Map<string, FileState>> {
  const files = new Map<string, FileState>()
  const begun = new Map<string, string>()
  for await (const line of createInterface({ input: createReadStream(traceFile) })) {
    const call = joinHalves(line, begun)
    if (call !== undefined) follow(call, { folder, files })
  }
  return files
}

/** A call that another thread's call interrupts stands on two lines; its end says what came of it. */
function joinHalves(line: string, begun: Map<string, string>): string | undefined {
  const [, thread = '', text = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? []
  if (text.endsWith('<unfinished ...>')) {
    begun.set(thread, text.replace('<unfinished ...>', ''))
    return undefined
  }
  const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(text)
  return resumed === null ? text : `${begun.get(thread) ?? ''}${resumed[1]}`
}

/**
 * LevelDB writes its files from start to end, so the count of bytes is the size; a sync covers what was written when it
 * ended, since the thread that writes is the one that syncs.
 */
function follow(
  call: string,
  { folder, files }: { readonly folder: string; readonly files: Map<string, FileState> },
): void {
  const [, name = '', path = '', result = '0'] =
    /^(\w+)\(\d+<([^>]*)>.*\)\s+= (-?\d+)/.exec(call) ?? []
  if (!path.startsWith(folder) || Number(result) < 0) return followRename(call, files)
  const state = files.get(path) ?? { written: 0, synced: 0 }
  files.set(path, state)
  if (name === 'fsync' || name === 'fdatasync') state.synced = state.written
  else if (name !== 'ftruncate') state.written += Number(result)
}

function followRename(call: string, files: Map<string, FileState>): void {
  const [, from, to] = /^rename\("([^"]*)"\.*, "([^"]*)"\.*\)\s+= 0/.exec(call) ?? []
  const state = from === undefined ? undefined : files.get(from)
  if (from === undefined || to === undefined || state === undefined) return
  files.delete(from)
  files.set(to, state)
}
