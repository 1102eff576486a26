import { startAnvil, startOurs } from './chain/read-servers.ts'
import { runReads, type ReadPlan } from './chain/run-reads.ts'
import { defineBench, median, type Sample } from './src/index.ts'

/**
 * Making 5,000 blocks of 50 transactions takes our node ten minutes, these take one; they are still more than it keeps
 * decoded. A search over all blocks costs in proportion to them.
 */
const plan: ReadPlan = {
  blocks: 400,
  transactions: 50,
  calls: 5000,
  rangeSearches: 60,
  personSearches: 40,
}

/**
 * Questions over HTTP, beside anvil, which keeps everything in memory: the CPU time of the process that answers, by
 * proc(5). Its memory counts from genesis on: making the chain, and answering.
 */
export const bench = defineBench({
  description: `eth_call and eth_getLogs over HTTP at ${plan.blocks} blocks of ${plan.transactions} ERC-20 transfers (5,000 take ten minutes to make), against anvil.`,
  samples: 1,
  cases: {
    ours: (measure) => runReads(measure, startOurs, plan),
    rival: (measure) => runReads(measure, startAnvil, plan),
  },
  judge: ({ ours, rival }) => {
    const answers = new Set([...ours, ...rival].map(({ facts }) => facts['answers']))
    if (answers.size !== 1) throw new Error(`They answer otherwise: ${[...answers].join(', ')}.`)
    const rate = (times: number, fact: string) => ({
      unit: 'answers per CPU-second',
      ours: median(ours, ({ facts }) => times / Number(facts[fact])),
      rival: median(rival, ({ facts }) => times / Number(facts[fact])),
      goal: { figure: 'ratio', atLeast: 0.3 } as const,
    })
    const megabytes = ({ facts }: Sample) => Number(facts['grownBytes']) / 1e6
    return [
      { what: 'eth_call: balanceOf', ...rate(plan.calls, 'callSeconds') },
      {
        what: 'eth_getLogs: a contract’s 1,000 of 20 blocks',
        ...rate(plan.rangeSearches, 'rangeSeconds'),
      },
      {
        what: 'eth_getLogs: a person’s of all blocks',
        ...rate(plan.personSearches, 'personSeconds'),
      },
      {
        what: 'memory that making and reading the chain took',
        unit: 'MB',
        ours: median(ours, megabytes),
        rival: median(rival, megabytes),
        goal: { figure: 'ratio', atMost: 0.333 },
      },
    ]
  },
})
