import { compare, contestOf } from './ec2/contest.ts'
import type { Ec2Plan } from './ec2/load-ec2.ts'
import { defineBench } from './src/index.ts'

const plan: Ec2Plan = { instances: 1000, describes: 10, filtered: 30, launches: 20 }

/**
 * Our EC2-compatible API beside moto's server: AWS's own client, the same instances, asked for all of them, and by a filter that one of them passes. CPU time of the process that
 * serves, by proc(5).
 *
 * Medians of three on two cores: all instances 5.4 to 0.25 answers a CPU-second (21.9), one by a filter 143 to 65 (2.2: missed). A filter cost 24 ms, of which most was to tell the interfaces
 * of all instances; of the 7 that are left the views of all of them are the most.
 */
export const bench = defineBench({
  description: `DescribeInstances against moto's server, ${plan.instances} instances.`,
  samples: 3,
  cases: contestOf(plan),
  judge: (samples) => [
    {
      what: 'all instances',
      unit: 'answers per CPU-second',
      ...compare('described', samples, 20),
    },
    {
      what: 'one of them, by a filter',
      unit: 'answers per CPU-second',
      ...compare('found', samples, 20),
    },
  ],
})
