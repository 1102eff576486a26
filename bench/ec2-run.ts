import { compare, contestOf } from './ec2/contest.ts'
import type { Ec2Plan } from './ec2/load-ec2.ts'
import { defineBench } from './src/index.ts'

const plan: Ec2Plan = { instances: 0, describes: 0, filtered: 0, launches: 300 }

/**
 * RunInstances beside moto's server, one instance each, with AWS's own client. What ours accepts is on the disk before it answers, moto keeps all in memory; machines are in memory in
 * both. CPU time of the process that serves, by proc(5).
 *
 * Medians of three on two cores with a load of 1: 167 to 50.2 launches a CPU-second (3.3). A launch writes six objects with
 * three syncs of the disk: the request, all that it makes, and that it is made. Marking it later, many at once, would save a sixth, and is not safe: a create that is made again
 * has another uid than the one that a later request, which was made too, has deleted.
 *
 * It looks nothing through. What its groups let in was told too, for nobody, which went through all members of the default group: more than a third of it all after 300 launches, and
 * more with each.
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
