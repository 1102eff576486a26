import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

import { defineBench, median, type Case } from './src/index.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const starts = 20

/** What it costs to ask the command line for its help, beside Node's own start. */
export const bench = defineBench({
  description: `./nexqloud --help against a Node that runs nothing, ${starts} starts each.`,
  samples: 3,
  cases: {
    ours: startMany('./nexqloud --help'),
    rival: startMany(`"${process.execPath}" --eval 0`),
  },
  judge: ({ ours, rival }) => [
    {
      what: 'start of the command line',
      unit: 'CPU-seconds',
      ours: median(ours, cpuSecondsOfStart),
      rival: median(rival, cpuSecondsOfStart),
      goal: { figure: 'ours', atMost: 0.4 },
    },
  ],
})

/** The shell's `times` tells the CPU time of all that it started, also where Node cannot. */
function startMany(command: string): Case {
  const script = `i=0; while [ $i -lt ${starts} ]; do ${command} >/dev/null || exit 1; i=$((i+1)); done; times`
  return async (measure) => {
    const output = await measure(() =>
      execFileSync('sh', ['-c', script], { cwd: root, encoding: 'utf8' }),
    )
    return { childCpuSeconds: parseTimes(output) }
  }
}

/** Returns the children's user and system time of what `times` prints: `0m1.20s 0m0.34s` on its second line. */
function parseTimes(output: string): number {
  const [user, system] = [...(output.trim().split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds),
  )
  if (user === undefined || system === undefined) throw new Error(`times printed ${output}`)
  return user + system
}

function cpuSecondsOfStart({
  facts,
}: {
  readonly facts: Readonly<Record<string, number | string>>
}): number {
  return Number(facts['childCpuSeconds']) / starts
}
