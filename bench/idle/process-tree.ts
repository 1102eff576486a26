import { readdirSync, readFileSync } from 'node:fs'

/** What programs hold and have used. */
export type Cost = {
  /** Proportional set size: what several processes share is divided among them. */
  readonly pssBytes: number
  /** User and system time so far, that of ended children included. */
  readonly cpuSeconds: number
}

/** Ticks of a second in proc(5): 100 on every Linux that Node runs on. */
const TICKS = 100

/** Returns what a process costs, with all that it has started and that has not ended. */
export function costOfTree(pid: number): Cost {
  const all = listParents()
  const costs = [pid, ...descendantsOf(pid, all)].map((each) => costOf(each))
  return {
    pssBytes: costs.reduce((sum, { pssBytes }) => sum + pssBytes, 0),
    cpuSeconds: costs.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
  }
}

/** Returns the process whose command line has all of these words; the one that was started first of several. */
export function findProcess(words: readonly string[]): number {
  const found = [...listParents().keys()].filter((pid) => {
    const command = read(`/proc/${pid}/cmdline`).split('\0')
    return words.every((word) => command.some((part) => part.endsWith(word)))
  })
  if (found[0] === undefined) throw new Error(`No process has ${words.join(' ')}.`)
  return Math.min(...found)
}

/** Returns the parent of each process. */
function listParents(): ReadonlyMap<number, number> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return new Map(pids.map((pid) => [Number(pid), Number(statOf(Number(pid))[1])]))
}

function descendantsOf(pid: number, parents: ReadonlyMap<number, number>): readonly number[] {
  const children = [...parents].filter(([, parent]) => parent === pid).map(([child]) => child)
  return children.flatMap((child) => [child, ...descendantsOf(child, parents)])
}

function costOf(pid: number): Cost {
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0
  const ticks = statOf(pid)
    .slice(11, 15)
    .reduce((sum, field) => sum + Number(field), 0)
  return { pssBytes: Number(kilobytes) * 1024, cpuSeconds: ticks / TICKS }
}

/** proc_pid_stat(5), from the state on: the name before it may have spaces. */
function statOf(pid: number): readonly string[] {
  const stat = read(`/proc/${pid}/stat`)
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** Of a process that has ended there is nothing. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
