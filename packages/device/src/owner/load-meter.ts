/** What all CPUs have done since the machine was started, in any unit. */
type CpuTimes = { readonly busy: number; readonly all: number }

type Sample = CpuTimes & {
  /** Of that, what tenants and the agent did, in microseconds. */
  readonly ours: number
}

/** The kernel's unit in /proc/stat, on every architecture that Node runs on. */
const TICK_US = 10_000

/**
 * Returns a meter: what others than the tenants and the agent use of all CPUs, in per cent, between the call before the last and
 * this one. It is given the text of /proc/stat, and what is ours since any moment.
 */
export function createLoadMeter(): (stat: string, oursMicroseconds: number) => number | undefined {
  let samples: readonly Sample[] = []
  return (stat, ours) => {
    const times = readTimes(stat)
    if (times === undefined) return undefined
    const now = { ...times, ours }
    const from = samples[0]
    samples = [...samples.slice(-1), now]
    return from === undefined ? undefined : othersBetween(from, now)
  }
}

function othersBetween(from: Sample, to: Sample): number | undefined {
  const all = to.all - from.all
  if (all <= 0) return undefined
  const others = to.busy - from.busy - (to.ours - from.ours) / TICK_US
  return Math.min(100, Math.max(0, (100 * others) / all))
}

/** proc_stat(5): what another machine stole is neither the owner's nor idle; guests are in `user` already. */
function readTimes(stat: string): CpuTimes | undefined {
  const [user, nice, system, idle, iowait, irq, softirq] = (/^cpu +(.*)$/m.exec(stat)?.[1] ?? '')
    .split(' ')
    .map(Number)
  if (softirq === undefined) return undefined
  const busy = sum(user, nice, system, irq, softirq)
  return { busy, all: busy + sum(idle, iowait) }
}

function sum(...values: readonly (number | undefined)[]): number {
  return values.reduce<number>((total, value = 0) => total + value, 0)
}
