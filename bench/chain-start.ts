import { BLOCKS_A_TRANSFER } from './chain/make-blocks.ts'
import { restartChain } from './chain/restart.ts'
import { defineBench, median } from './src/index.ts'

const BLOCKS = 20_000
const FEW_BLOCKS = 200

/**
 * How long a node takes from opening its data to its first answer over HTTP: reading the head, starting both threads,
 * listening. Nothing of it may grow with the chain.
 */
export const bench = defineBench({
  description: `Restart to the first answer over HTTP at ${BLOCKS} blocks, against ${FEW_BLOCKS}; a transfer in every ${BLOCKS_A_TRANSFER}th.`,
  samples: 1,
  cases: {
    many: (measure) => restartChain(measure, BLOCKS),
    few: (measure) => restartChain(measure, FEW_BLOCKS),
  },
  judge: ({ many, few }) => [
    {
      what: 'restart to first answer',
      unit: 'seconds',
      ours: median(many, ({ facts }) => Number(facts['wallSeconds'])),
      rival: median(few, ({ facts }) => Number(facts['wallSeconds'])),
      goal: { figure: 'ratio', atMost: 1.5 },
    },
    {
      what: 'restart to first answer, CPU',
      unit: 'CPU-seconds',
      ours: median(many, ({ facts }) => Number(facts['cpuSeconds'])),
      rival: median(few, ({ facts }) => Number(facts['cpuSeconds'])),
      goal: { figure: 'ratio', atMost: 1.5 },
    },
  ],
})
