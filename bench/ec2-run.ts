import { compare, contestOf } from './ec2/contest.ts'
import type { Ec2Plan } from './ec2/load-ec2.ts'
import { defineBench } from './src/index.ts'

const plan: Ec2Plan = { instances: 0, describes: 0, filtered: 0, launches: 300 }

/**
 * RunInstances beside moto's server, one instance each, with AWS's own client. What ours accepts is on the disk before it answers, moto keeps all in memory; machines are in memory in
 * both. CPU time of the process that serves, by proc(5).
 *
 * Medians of three on two cores: 119 to 60 launches a CPU-second (2.0: missed). Each launch writes six objects, and looks through what the account has for quotas, addresses and its answer.
 */
export const bench = defineBench({
  description: `RunInstances against moto's server, ${plan.launches} launches.`,
  samples: 3,
  cases: contestOf(plan),
  judge: (samples) => [
    {
      what: 'launches accepted',
      unit: 'launches per CPU-second',
      ...compare('launched', samples, 3),
    },
  ],
})
