import { compare, contestOf } from './ec2/contest.ts'
import type { Ec2Plan } from './ec2/load-ec2.ts'
import { defineBench } from './src/index.ts'

const plan: Ec2Plan = { instances: 1000, describes: 10, filtered: 400, launches: 20 }

/**
 * Our EC2-compatible API beside moto's server: AWS's own client, the same instances, asked for all of them, and by a filter that one of them passes. CPU time of the process that
 * serves, by proc(5).
 *
 * Medians of three on two cores: all instances 5.4 to 0.25 answers a CPU-second (21.9). One by a filter, at a load of 11: 950 to 74 (13), the first 400 left out, and
 * 1,330 to 1,650 (18 to 22) after 500 more. A filter that names ids has no others looked at; what is not of ours in it is most: an action that answers nothing takes 0.34 to 0.46 ms (HTTP,
 * signature, form, XML), one instance 0.6 to 0.75, of which 0.1 is to write it and 0.1 to put it together. By an address and a tag, 1,000 are looked through in 1.3 ms.
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
