import { median, type Result, type Sample } from '../src/index.ts'

type Contestants = { readonly ours: readonly Sample[]; readonly rival: readonly Sample[] }

/**
 * Returns our throughput beside the rival's, and what it costs to take the transactions in.
 *
 * @throws where they did not execute the same.
 */
export function compareThroughput(
  { ours, rival }: Contestants,
  { what, count, goal }: { readonly what: string; readonly count: number; readonly goal: number },
): readonly Result[] {
  const done = new Set(
    [...ours, ...rival].map(({ facts }) => `${facts['succeeded']} with ${facts['gasUsed']} gas`),
  )
  if (done.size !== 1) throw new Error(`They did not execute the same: ${[...done].join(', ')}.`)
  const perSecond = ({ cpuSeconds }: Sample): number => count / cpuSeconds
  const intake = ({ facts }: Sample): number => count / Number(facts['intakeCpuSeconds'])
  return [
    {
      what: `${what}, pool to disk`,
      unit: 'transactions per CPU-second',
      ours: median(ours, perSecond),
      rival: median(rival, perSecond),
      goal: { figure: 'ratio', atLeast: goal },
    },
    {
      what: `${what}, intake: signature, rules, disk`,
      unit: 'transactions per CPU-second',
      ours: median(ours, intake),
      goal: { figure: 'ours', atLeast: 1000 },
    },
  ]
}
